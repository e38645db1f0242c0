import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../../base/write-atomically.ts";

const countsSchema = z.strictObject({ passed: z.int(), failed: z.int(), broken: z.int() });

const namedCauseSchema = z.strictObject({
  id: z.string(),
  confidence: z.enum(["high", "medium", "low"]),
  probability: z.number(),
});

const faultRowSchema = z.strictObject({
  id: z.string(),
  breaks: z.string(),
  topology: z.string(),
  verdict: z.enum(["findings", "broken"]).describe("what must come out of it"),
  ok: z.boolean().describe("nothing is wrong with this row"),
  problems: z.array(z.string()).describe("what is wrong with it, one sentence each"),
  mustRed: z.array(z.string()).describe("scenarios, with a pattern of ids where not just any path will do"),
  red: z.array(z.string()).describe("scenarios that had to turn red, and did"),
  missed: z.array(z.string()).describe("of mustRed: turned not red; green, or could not be looked at"),
  alsoRed: z.array(z.string()).describe("scenarios that turned red and may"),
  falseAlarms: z.array(z.string()).describe("ids of paths that had to stay green, and failed"),
  scenarios: z.record(z.string(), countsSchema).describe("what was asked while it was in place: paths by verdict"),
  expectedCauses: z.array(z.string()).describe("any of which is right; empty where no cause may be named"),
  cause: z.string().nullable().describe("the first right one that was named"),
  rank: z.int().min(1).max(3).nullable(),
  confidence: z.enum(["high", "medium", "low"]).nullable().describe("of that one"),
  causes: z.array(namedCauseSchema).max(3).describe("all that were named, most likely first"),
  wrongAndConfident: z.array(z.string()).describe("causes that were named with high confidence, and are wrong"),
  confirmations: z.array(z.string()).describe("what the diagnosis asked on top"),
  undone: z.boolean().describe("what was red turned green again after the undo"),
  notUndone: z.array(z.string()).describe("ids of paths that did not"),
  durations: z.strictObject({
    makeMs: z.int(),
    askMs: z.int(),
    diagnoseMs: z.int(),
    undoMs: z.int().describe("until everything was green again"),
    totalMs: z.int(),
  }),
});

const healthySchema = z.strictObject({
  topology: z.string(),
  scenarios: z.array(z.string()),
  paths: z.int(),
  findings: z.array(z.string()).describe("ids of paths that did not pass; there is nothing to find"),
  durationMs: z.int(),
});

const runSchema = z.strictObject({
  startedAt: z.iso.datetime(),
  durationMs: z.int(),
  labs: z.int().describe("that ran side by side at most"),
});

/** The report of `npm run sabotage`. */
export const sabotageSchema = z.strictObject({
  version: z.literal(1),
  run: runSchema.extend({ complete: z.boolean().describe("the whole catalogue was run") }),
  summary: z.strictObject({
    faults: z.int(),
    passed: z.int().describe("faults with nothing wrong"),
    detected: z.int().describe("faults that turned all red that they had to"),
    falseAlarms: z.int().describe("paths that had to stay green and failed, those of healthy labs included"),
    undone: z.int(),
    diagnosable: z.int().describe("faults for which a cause must be named"),
    top1: z.int().describe("of these: a right cause came first"),
    top3: z.int(),
    wrongAndConfident: z.int().describe("faults for which a wrong cause was named with high confidence"),
  }),
  healthy: z.array(healthySchema),
  neverRed: z.array(z.string()).describe("scenarios that no fault turned red, though some should"),
  exceptions: z.record(z.string(), z.string()).describe("scenarios that none can turn red in a lab, and why"),
  faults: z.array(faultRowSchema).describe("in the order of the catalogue"),
});

const pairRowSchema = z.strictObject({
  ids: z.array(z.string()).length(2),
  topology: z.string(),
  failed: z.int().describe("paths"),
  causes: z.array(namedCauseSchema).max(3),
  ranks: z.array(z.int().nullable()).length(2),
  both: z.boolean().describe("the three causes hold a right one of each fault"),
  undone: z.boolean(),
  problem: z.string().optional().describe("why nothing came of it"),
  totalMs: z.int(),
});

/** The report of `npm run sabotage -- --pairs N`. */
export const pairsSchema = z.strictObject({
  version: z.literal(1),
  run: runSchema.extend({ seed: z.int() }),
  summary: z.strictObject({ pairs: z.int(), both: z.int(), one: z.int(), none: z.int(), undone: z.int() }),
  pairs: z.array(pairRowSchema),
});

export type Counts = z.infer<typeof countsSchema>;
export type FaultRow = z.infer<typeof faultRowSchema>;
export type Healthy = z.infer<typeof healthySchema>;
export type PairRow = z.infer<typeof pairRowSchema>;
export type SabotageReport = z.infer<typeof sabotageSchema>;
export type PairsReport = z.infer<typeof pairsSchema>;

/** Writes a report, one line for each row. Its directory is made when it is not there. Throws for a report that is not of its schema. */
export function writeSabotageReport(file: string, report: SabotageReport | PairsReport): void {
  const checked = "pairs" in report ? pairsSchema.parse(report) : sabotageSchema.parse(report);
  mkdirSync(dirname(file), { recursive: true });
  const rows = "pairs" in checked ? checked.pairs : checked.faults;
  const head = "pairs" in checked ? { ...checked, pairs: undefined } : { ...checked, faults: undefined };
  const name = "pairs" in checked ? "pairs" : "faults";
  const opened = JSON.stringify(head, undefined, 2).replace(/\n\}$/, "");
  const lines = rows.map((row) => `\n    ${JSON.stringify(row)}`);
  writeAtomically(file, `${opened},\n  "${name}": [${lines.join(",")}\n  ]\n}\n`);
}
