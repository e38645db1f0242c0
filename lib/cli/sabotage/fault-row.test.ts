import { expect, test } from "vitest";
import { faultRow } from "./fault-row.ts";
import { testDiagnosis, testFault, testPath, testTrial } from "./test-results.ts";

const acrossNodes = "pod-to-pod/across-nodes";
const sameNode = "pod-to-pod/same-node";

function problemsOf(...paths: ReturnType<typeof testPath>[]): string[] {
  return faultRow(testFault, testTrial({ paths })).problems;
}

test("a fault that turns red what it must and nothing else, and whose cause comes first, is good", () => {
  expect(faultRow(testFault, testTrial())).toMatchObject({
    ok: true,
    red: [acrossNodes],
    alsoRed: [],
    cause: "lost link/a/one>a/two",
    rank: 1,
    confidence: "high",
    undone: true,
    scenarios: { [acrossNodes]: { passed: 1, failed: 1, broken: 0 }, [sameNode]: { passed: 1, failed: 0, broken: 0 } },
  });
});

test("what must be red and is green, or could not be looked at, is missed", () => {
  for (const verdict of ["passed", "broken"] as const)
    expect(problemsOf(testPath(acrossNodes, "one", verdict), testPath(sameNode, "one", "passed"))).toEqual([
      "missed: pod-to-pod/across-nodes /one/ is not red",
    ]);
});

test("a pattern that no path was asked for proves nothing", () => {
  expect(problemsOf(testPath(acrossNodes, "two", "failed"))).toEqual([
    "no path was asked for pod-to-pod/across-nodes /one/",
    "no path was asked for pod-to-pod/same-node",
  ]);
});

test("what must stay green and fails is a false alarm; what may be red is only told", () => {
  const row = faultRow(
    testFault,
    testTrial({
      paths: [
        testPath(acrossNodes, "one", "failed"),
        testPath(sameNode, "one", "failed"),
        testPath(sameNode, "two", "failed"),
        testPath("services/name", "one", "failed"),
      ],
    }),
  );
  expect(row.problems).toEqual(["false alarm: pod-to-pod/same-node/one and 1 more"]);
  expect(row.falseAlarms).toHaveLength(2);
  expect(row.alsoRed).toEqual(["services/name"]);
});

test("a right cause may come third; none at all, or a wrong one with high confidence, is a problem", () => {
  const rowOf = (...causes: Parameters<typeof testDiagnosis>[0]) =>
    faultRow(testFault, testTrial({ diagnosis: testDiagnosis(causes) }));
  expect(rowOf(["lost a", "medium"], ["lost b", "low"], ["lost node/a/one", "low"])).toMatchObject({
    ok: true,
    rank: 3,
  });
  expect(rowOf().problems).toEqual(["no right cause is named, but none"]);
  expect(rowOf(["lost a", "low"])).toMatchObject({ problems: ["no right cause is named, but lost a"], rank: null });
  expect(rowOf(["lost a", "high"], ["lost node/a/one", "low"]).problems).toEqual(["wrong and confident: lost a"]);
});

test("what does not turn green again, or cannot be made, is a problem", () => {
  expect(faultRow(testFault, testTrial({ notUndone: ["a", "b"] }))).toMatchObject({
    undone: false,
    problems: ["not undone: a and 1 more"],
  });
  expect(faultRow(testFault, testTrial({ paths: [], diagnosis: undefined, failures: ["no nft"] }))).toMatchObject({
    undone: false,
    problems: ["no nft"],
  });
});

test("a fault that is no finding must come out broken: neither failed nor passed, and without a cause", () => {
  const fault = { ...testFault, verdict: "broken" as const, mustStayGreen: [], causes: [] };
  const trialOf = (verdict: "broken" | "failed" | "passed") =>
    faultRow(fault, testTrial({ paths: [testPath(acrossNodes, "one", verdict)], diagnosis: testDiagnosis([]) }));
  expect(trialOf("broken")).toMatchObject({ ok: true, red: [acrossNodes], rank: null });
  expect(trialOf("passed").problems).toEqual(["missed: pod-to-pod/across-nodes /one/ is not red"]);
  expect(trialOf("failed").problems).toEqual([
    "missed: pod-to-pod/across-nodes /one/ is not red",
    "false alarm: pod-to-pod/across-nodes/one",
  ]);
});
