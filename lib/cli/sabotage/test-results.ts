import type { Fault } from "../../lab/sabotage/fault.ts";
import type { PathResult } from "../../report/path-result.ts";
import type { FaultTrial } from "./fault-row.ts";

/** A path of a scenario, as results have it. */
export function testPath(scenario: string, name: string, verdict: PathResult["verdict"]): PathResult {
  return {
    id: `${scenario}/${name}`,
    scenario,
    suite: scenario.split("/")[0] ?? "",
    claim: "pods reach each other",
    group: "a -> a",
    title: name,
    from: { cluster: "a", name: "client" },
    to: { cluster: "a", name: "echo" },
    protocol: "tcp",
    verdict,
    flap: false,
    outcome: verdict === "passed" ? "answered" : "timeout",
    expected: "an answer",
    saw: "",
    attempts: { total: 1, asExpected: 0 },
    timings: { totalMs: 1 },
  };
}

/** A fault that must turn one of two scenarios red. */
export const testFault: Fault = {
  id: "cut",
  breaks: "packets vanish",
  topology: "two-regions",
  steps: [],
  asks: ["pod-to-pod"],
  mustRed: [{ scenario: "pod-to-pod/across-nodes", id: /one/ }],
  mustStayGreen: [{ scenario: "pod-to-pod/same-node" }],
  causes: ["lost link/a/one>a/two", "lost node/a/one"],
};

/** A trial in which the fault did what it must. */
export function testTrial(changes: Partial<FaultTrial> = {}): FaultTrial {
  return {
    paths: [
      testPath("pod-to-pod/across-nodes", "one", "failed"),
      testPath("pod-to-pod/across-nodes", "two", "passed"),
      testPath("pod-to-pod/same-node", "one", "passed"),
    ],
    diagnosis: testDiagnosis([["lost link/a/one>a/two", "high"]]),
    notUndone: [],
    failures: [],
    durations: { makeMs: 1, askMs: 2, diagnoseMs: 3, undoMs: 4, totalMs: 10 },
    ...changes,
  };
}

/** A diagnosis that names these causes. */
export function testDiagnosis(causes: [id: string, confidence: "high" | "medium" | "low"][]): FaultTrial["diagnosis"] {
  return {
    causes: causes.map(([id, confidence]) => ({
      id,
      text: id,
      confidence,
      probability: 0.5,
      explains: [],
      supports: [],
      contradicts: [],
      notToldFrom: [],
      evidence: [],
      try: "",
    })),
    unexplained: [],
    bisected: [],
    confirmations: [],
    durationMs: 1,
  };
}
