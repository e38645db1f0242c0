import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { faultRow } from "./fault-row.ts";
import { sabotageSchema, type SabotageReport, writeSabotageReport } from "./sabotage-report.ts";
import { summarize } from "./summarize.ts";
import { testDiagnosis, testFault, testPath, testTrial } from "./test-results.ts";

const directory = mkdtempSync(join(tmpdir(), "meshgate-sabotage-"));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const healthy = { topology: "two-regions", scenarios: ["a/b"], paths: 3, findings: ["a/b/c: silence"], durationMs: 5 };

function reportOf(...rows: SabotageReport["faults"]): SabotageReport {
  return {
    version: 1,
    run: { startedAt: new Date(0).toISOString(), durationMs: 1, labs: 2, complete: true },
    summary: summarize(rows, [healthy]),
    healthy: [healthy],
    neverRed: ["a/b"],
    exceptions: {},
    faults: rows,
  };
}

test("a report is one line per fault, is of its schema, and leaves no other file", () => {
  const report = reportOf(faultRow(testFault, testTrial()), faultRow({ ...testFault, id: "b" }, testTrial()));
  const file = join(directory, "reports", "sabotage.json");
  writeSabotageReport(file, report);
  const text = readFileSync(file, "utf8");
  expect(sabotageSchema.parse(JSON.parse(text))).toEqual(report);
  expect(text.split("\n").filter((line) => line.includes('"mustRed"'))).toHaveLength(2);
  expect(readdirSync(join(directory, "reports"))).toEqual(["sabotage.json"]);
});

test("the summary counts rows, and findings of healthy labs as false alarms", () => {
  const rows = [
    faultRow(testFault, testTrial()),
    faultRow(
      testFault,
      testTrial({
        diagnosis: testDiagnosis([
          ["lost x", "medium"],
          ["lost node/a/one", "low"],
        ]),
      }),
    ),
    faultRow(testFault, testTrial({ diagnosis: testDiagnosis([["lost x", "high"]]) })),
    faultRow(
      testFault,
      testTrial({
        paths: [
          testPath("pod-to-pod/across-nodes", "one", "passed"),
          testPath("pod-to-pod/same-node", "one", "failed"),
        ],
        notUndone: ["x"],
      }),
    ),
    faultRow({ ...testFault, causes: [] }, testTrial({ diagnosis: undefined })),
    faultRow(testFault, testTrial({ paths: [], diagnosis: undefined, failures: ["no nft"] })),
  ];
  expect(summarize(rows, [healthy])).toEqual({
    faults: 6,
    passed: 3,
    detected: 4,
    falseAlarms: 2,
    undone: 4,
    diagnosable: 5,
    top1: 2,
    top3: 3,
    wrongAndConfident: 1,
  });
});
