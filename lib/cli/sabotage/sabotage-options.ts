import { Command } from "commander";
import { closest } from "../../base/closest.ts";
import { Diagnostic } from "../../base/diagnostic.ts";
import type { Fault } from "../../lab/sabotage/fault.ts";
import { append, nonEmpty, positiveInteger } from "../option-values.ts";
import { type Parsed, parse } from "../parse-command.ts";

export interface SabotageOptions {
  list: boolean;
  /** Ids; empty: all. */
  faults: string[];
  /** Besides `faults`, those of the sample. */
  sample: boolean;
  /** How many random pairs to try instead. */
  pairs?: number;
  seed: number;
  /** Side by side at most; default: as many as memory and processors carry. */
  labs?: number;
  reportDir: string;
}

/** Parses the options of `npm run sabotage`. Throws Diagnostic `configuration`, also for a fault that nobody knows. */
export function parseSabotageOptions(args: string[], catalogue: Pick<Fault, "id">[]): Parsed<SabotageOptions> {
  const parsed = parse(sabotageCommand(), args, (raw) => {
    const { fault, ...rest } = raw as unknown as Omit<SabotageOptions, "faults"> & { fault?: string[] };
    return { ...rest, faults: fault ?? [] };
  });
  if ("printed" in parsed) return parsed;
  const known = catalogue.map(({ id }) => id);
  for (const id of parsed.options.faults) requireFault(id, known);
  return parsed;
}

function requireFault(id: string, known: string[]): void {
  if (known.includes(id)) return;
  const nearest = closest(id, known);
  const hint = nearest === undefined ? "" : `Did you mean ${nearest}?\n`;
  throw new Diagnostic("configuration", `there is no fault ${id}`, `${hint}List them: npm run sabotage -- --list`);
}

function sabotageCommand(): Command {
  return new Command("npm run sabotage --")
    .description(
      "Breaks embedded labs, one fault after another, and looks whether exactly the right scenarios turn red.",
    )
    .usage("[options]")
    .option("--fault <id>", "only this fault; repeatable", append)
    .option("--sample", "only some quick ones of every layer, as the developer's gate does", false)
    .option("--list", "print the faults, and what must turn red", false)
    .option("--pairs <n>", "instead, so many random pairs of faults: does the diagnosis name both?", positiveInteger)
    .option("--seed <n>", "of the choice of pairs", positiveInteger, 1)
    .option(
      "--labs <n>",
      "labs side by side at most (default: what memory and processors carry, up to 6)",
      positiveInteger,
    )
    .option("--report-dir <path>", "where sabotage.json goes", nonEmpty, "reports")
    .helpOption("--help")
    .addHelpText("after", helpText);
}

const helpText = `
Each fault is made in a lab, the scenarios that it is about are asked, what failed is diagnosed, the fault is undone, and what
was red is asked until it is green again. Good is: all that must be red is, nothing that must stay green is, a right cause is
among the three that the diagnosis names, and no wrong one is named with high confidence.

The whole catalogue also fails when a healthy lab has a finding, or when no fault turns some scenario red.
Writes reports/sabotage.json, or reports/sabotage-pairs.json.

Exit codes: 0 good, 1 something is not as it must be, 2 options, 3 this machine cannot hold a lab, 130 interrupted.

Examples:
  npm run sabotage
  npm run sabotage -- --sample
  npm run sabotage -- --fault node-to-node-drop --fault pod-egress-drop
  npm run sabotage -- --pairs 50 --seed 7
`;
