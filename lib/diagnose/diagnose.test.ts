import { array, assert, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Diagnosis, PathResult } from "../report/path-result.ts";
import { diagnose } from "./diagnose.ts";
import { faultsOf } from "./test-faults.ts";
import { type Broken, matrixOf, type World } from "./made-up-matrix.ts";

const clustersOf = (shape: number[]): World["clusters"] =>
  shape.map((count, index) => ({
    name: `kind-${index}`,
    nodes: Array.from({ length: count }, (_, at) => `worker-${at}`),
  }));

/** Worlds of up to five clusters of up to four nodes, and a place in them. */
const worlds = record({
  shape: array(integer({ min: 2, max: 4 }), { minLength: 1, maxLength: 4 }),
  at: integer({ min: 0, max: 50 }),
  seed: integer({ min: 1, max: 10_000 }),
});

function diagnosisOf(paths: PathResult[]): Diagnosis {
  return diagnose({ results: { clusters: [], paths, troubles: [] }, endpoints: [], confirmed: [] });
}

function ask(shape: number[], seed: number, ...broken: Broken[]): PathResult[] {
  return matrixOf({ clusters: clustersOf(shape), broken, seed });
}

describe("a single fault", () => {
  test("is the first cause, or is told as one that cannot be told from it, and nothing else is told with confidence", () => {
    assert(
      property(worlds, ({ shape, at, seed }) => {
        for (const { causes, broken, kind } of faultsOf(clustersOf(shape), at)) {
          const paths = ask(shape, seed, broken);
          // Chance may let every datagram of a lossy node through.
          if (paths.every(({ verdict }) => verdict === "passed")) continue;
          const [first, ...others] = diagnosisOf(paths).causes;
          const isRight = causes.includes(first?.id ?? "");
          const isHonest = first !== undefined && first.confidence !== "high" && first.notToldFrom.length > 0;
          expect(isRight || isHonest, `${kind}: ${first?.id} in place of ${causes.join()}`).toBe(true);
          expect(others.filter(({ confidence }) => confidence === "high").map(({ id }) => `${kind}: ${id}`)).toEqual(
            [],
          );
        }
      }),
      { numRuns: 8, seed: 4 },
    );
  });

  test("is the first cause in at least 95 of 100 worlds", () => {
    const ranks = [[2, 2], [3, 2, 1], [4], [2, 3, 2], [5, 4]].flatMap((shape) =>
      [0, 2].flatMap((at) =>
        faultsOf(clustersOf(shape), at).map(({ broken, causes }) =>
          diagnosisOf(ask(shape, at + 1, broken)).causes.findIndex(({ id }) => causes.includes(id)),
        ),
      ),
    );
    expect(ranks.filter((rank) => rank === 0).length / ranks.length).toBeGreaterThanOrEqual(0.95);
  });
});

test("of two faults both are among the causes, in at least 80 of 100 worlds", () => {
  const shape = [3, 3];
  const all = [0, 1, 4].flatMap((at) => faultsOf(clustersOf(shape), at));
  const pairs = Array.from({ length: 60 }, (_, index) => [
    all[(index * 7) % all.length],
    all[(index * 11 + 5) % all.length],
  ]);
  const held = pairs.map(([one, other], index) => {
    if (!one || !other) return false;
    const { causes } = diagnosisOf(ask(shape, index + 1, one.broken, other.broken));
    return [one, other].every((fault) => causes.some(({ id }) => fault.causes.includes(id)));
  });
  expect(held.filter(Boolean).length / held.length).toBeGreaterThanOrEqual(0.8);
});

test("what worked at first and then no more is never told with high confidence", () => {
  const [fault] = faultsOf(clustersOf([3, 3]), 0);
  const paths = ask([3, 3], 1, ...(fault ? [fault.broken] : []));
  const cutOff = paths.map((path): PathResult => {
    if (path.verdict !== "failed") return path;
    const last = { outcome: path.outcome, asExpected: false, startedAtMs: 0, durationMs: 5_000 };
    return { ...path, attempts: { ...path.attempts, total: 4, asExpected: 3, last, lastUnexpected: last } };
  });
  expect(cutOff).not.toEqual(paths);
  expect(diagnosisOf(cutOff).causes.map(({ confidence }) => confidence)).not.toContain("high");
});

test("where nothing failed there is no cause", () => {
  assert(
    property(worlds, ({ shape, seed }) => {
      const { causes, unexplained } = diagnosisOf(ask(shape, seed));
      expect({ causes, unexplained }).toEqual({ causes: [], unexplained: [] });
    }),
    { numRuns: 10 },
  );
});

test("the order of the paths does not matter", () => {
  assert(
    property(worlds, ({ shape, at, seed }) => {
      const [fault] = faultsOf(clustersOf(shape), at).slice(at % 5);
      if (!fault) return;
      const paths = ask(shape, seed, fault.broken);
      const { durationMs: _, ...told } = diagnosisOf(paths);
      const { durationMs: __, unexplained, ...again } = diagnosisOf(paths.toReversed());
      expect({ ...again, unexplained: unexplained.toReversed() }).toEqual(told);
    }),
    { numRuns: 20 },
  );
});

test("what clusters and nodes are called does not matter", () => {
  assert(
    property(worlds, ({ shape, at, seed }) => {
      const renamed = clustersOf(shape).map(({ name, nodes }) => ({
        name: `arn:${name}`,
        nodes: nodes.map((node) => `a.${node}`),
      }));
      const faults = faultsOf(clustersOf(shape), at).slice(at % 7, (at % 7) + 2);
      const again = faultsOf(renamed, at).slice(at % 7, (at % 7) + 2);
      for (const [index, { broken }] of faults.entries()) {
        const one = diagnosisOf(ask(shape, seed, broken)).causes.map(({ id }) => id);
        const other = diagnosisOf(matrixOf({ clusters: renamed, broken: [again[index]?.broken ?? {}], seed })).causes;
        expect(other.map(({ id }) => id.replaceAll("arn:", "").replaceAll("a.worker", "worker"))).toEqual(one);
      }
    }),
    { numRuns: 20 },
  );
});

test("what passes elsewhere does not change the first cause", () => {
  assert(
    property(worlds, ({ shape, at, seed }) => {
      const elsewhere = matrixOf({ clusters: [{ name: "elsewhere", nodes: ["a", "b", "c"] }], broken: [] });
      for (const { broken } of faultsOf(clustersOf(shape), at).slice(at % 5, (at % 5) + 3)) {
        const paths = ask(shape, seed, broken);
        expect(diagnosisOf([...paths, ...elsewhere]).causes[0]?.id).toBe(diagnosisOf(paths).causes[0]?.id);
      }
    }),
    { numRuns: 20 },
  );
});

test("every failed path is explained or said to be unexplained", () => {
  assert(
    property(array(constantFrom("passed", "failed", "broken", "skipped"), { maxLength: 30 }), (verdicts) => {
      const paths = verdicts.map((verdict, index) => pathResult(`pod-to-pod/across-nodes/${index}`, verdict));
      const { causes, unexplained } = diagnosisOf(paths);
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
