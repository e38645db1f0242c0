import { property, assert, constantFrom, array } from "fast-check";
import { expect, test } from "vitest";
import type { PathResult } from "../report/path-result.ts";
import { diagnose } from "./diagnose.ts";

test("every failed path is explained or said to be unexplained", () => {
  assert(
    property(array(constantFrom("passed", "failed", "broken", "skipped"), { maxLength: 30 }), (verdicts) => {
      const paths = verdicts.map((verdict, index) => pathResult(`pod-to-pod/across-nodes/${index}`, verdict));
      const { causes, unexplained } = diagnose({
        results: { clusters: [], paths, troubles: [] },
        endpoints: [],
        confirmed: [],
      });
      const told = new Set([...unexplained, ...causes.flatMap(({ explains }) => explains)]);
      const failed = paths.filter(({ verdict }) => verdict === "failed").map(({ id }) => id);
      expect([...told].toSorted()).toEqual(failed.toSorted());
    }),
  );
});

function pathResult(id: string, verdict: PathResult["verdict"]): PathResult {
  return {
    id,
    scenario: "pod-to-pod/across-nodes",
    suite: "pod-to-pod",
    claim: "pods reach each other",
    group: "a -> a",
    title: id,
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
