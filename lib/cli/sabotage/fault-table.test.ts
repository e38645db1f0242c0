import { expect, test } from "vitest";
import { faultRow } from "./fault-row.ts";
import { faultTable } from "./fault-table.ts";
import { testDiagnosis, testFault, testPath, testTrial } from "./test-results.ts";

const scenarios = [
  "pod-to-pod/same-node",
  "pod-to-pod/across-nodes",
  "services/name",
  "services/hairpin",
  "tenancy/quota",
];

test("a row per fault, a column per scenario that was asked", () => {
  const [red, same] = ["pod-to-pod/across-nodes", "pod-to-pod/same-node"];
  const rows = [
    faultRow(testFault, testTrial()),
    faultRow(
      { ...testFault, id: "all-wrong" },
      testTrial({
        paths: [
          testPath(red, "one", "passed"),
          testPath(same, "one", "failed"),
          testPath("services/name", "one", "failed"),
          testPath("services/hairpin", "one", "broken"),
        ],
        diagnosis: testDiagnosis([["open policy/a", "high"]]),
      }),
    ),
    faultRow({ ...testFault, id: "unnamed" }, testTrial({ diagnosis: undefined })),
    faultRow(
      { ...testFault, id: "agent-stopped", verdict: "broken", causes: [], mustStayGreen: [] },
      testTrial({ paths: [testPath(red, "one", "broken")], diagnosis: undefined }),
    ),
  ];
  expect(faultTable(rows, scenarios)).toMatchInlineSnapshot(`
    "1 pod-to-pod/same-node     3 services/name
    2 pod-to-pod/across-nodes  4 services/hairpin

                   1234  cause
    cut            ·R    1 high
    all-wrong      X!rb  wrong and confident
    unnamed        ·R    not named
    agent-stopped   R    none, as it must

    R red as it must   r red, too   b broken   · asked and green   ! must be red and is not   X must be green and is not
    "
  `);
});

test("nothing is drawn where nothing was tried", () => {
  expect(faultTable([], scenarios)).toBe("");
});
