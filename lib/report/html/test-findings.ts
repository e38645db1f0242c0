import type { PathResult, Results } from "../path-result.ts";
import { sampleTrouble } from "../sample-run.ts";
import { failedWith, madeUpResults } from "./test-results.ts";

const [one, two] = ["kind-region-1", "kind-region-2"];

/** Makes the results of a run that has something of everything: three clusters, between two of which large packets are lost. */
export function madeUpFindings(): Results {
  const results = madeUpResults({ clusters: 3, nodes: 2, paths: 36 * 12, come });
  const failed = results.paths.filter(({ verdict, known }) => verdict === "failed" && !known);
  const ids = failed.map(({ id }) => id);
  const known = { id: "pod-to-pod/claim-1/*udp-small-8", reason: "the old switch loses these", expires: "2027-01-31" };
  return {
    ...results,
    summary: {
      ...results.summary,
      known: results.paths.filter((path) => path.known).length,
      broken: results.summary.broken + 1,
    },
    troubles: [sampleTrouble],
    uncovered: [{ scenario: "tenancy/pods", where: one, reason: "the configuration file has no expectations" }],
    diagnosis: {
      causes: [
        {
          id: `too-large clusters/${one}>${two} over 1400 bytes`,
          text: `packets over 1,400 bytes are lost from ${one} to ${two} (${ids.length} paths; small ones pass)`,
          confidence: "high",
          probability: 0.98,
          explains: ids,
          supports: [],
          contradicts: [],
          notToldFrom: ["a filter on the way that drops fragments"],
          evidence: [`pod-to-pod/claim-0: ${ids.length} failed`, "largest IP packet in one piece: there 1400 bytes"],
          try: `kubectl --context ${one} get nodes -o wide`,
        },
      ],
      unexplained: [],
      bisected: [],
      confirmations: [
        { asked: `${one}/region-worker-1/client -> ${two}: the largest packet that passes`, saw: "1400 bytes" },
      ],
      durationMs: 12,
    },
    evidence: [
      {
        folder: "evidence/cause-1",
        about: "cause 1",
        paths: ids,
        files: [
          { name: "events.txt", about: "events of the run's namespaces" },
          { name: "nodes.yaml", about: "states of the nodes" },
        ],
        cut: ["events.txt has the last 500 of 812 events"],
      },
    ],
    knownIssues: [{ ...known, state: "failing", paths: 1 }],
    comparison: {
      baseline: { run: "20261120-070000-0001", startedAt: "2026-11-20T07:00:00.000Z", verdict: "passed", paths: 430 },
      matchedBy: "id",
      remarks: ["The baseline was made by another version of meshgate."],
      compared: 410,
      changes: [
        ...ids.map((id) => ({
          change: "regressed" as const,
          id,
          before: "passed" as const,
          after: "failed" as const,
          text: "timeout",
        })),
        {
          change: "uncovered",
          id: "tenancy/pods/kind-region-1",
          before: "passed",
          after: "skipped",
          text: "no expectations",
        },
      ],
      slower: [
        {
          scenario: "pod-to-pod/claim-0",
          group: `${one} -> ${two}`,
          pairs: 24,
          ratio: 1.8,
          lowest: 1.31,
          alpha: 0.01,
          beforeMs: 2,
          afterMs: 3.6,
        },
      ],
      failOn: ["regressed"],
    },
  };

  function come({ from, to, id, way }: PathResult, index: number): Partial<PathResult> {
    if (from.cluster === one && to.cluster === two && /8k/.test(id))
      return { ...failedWith(index), ...(way ? { way } : {}) };
    if (/claim-1\/.*udp-small-8$/.test(id) && from.cluster === two && to.cluster === one && from.node === to.node)
      return {
        ...failedWith(index),
        known: { id: "pod-to-pod/claim-1/*udp-small-8", reason: "the old switch loses these", expires: "2027-01-31" },
      };
    if (from.cluster === "kind-region-3" && to.cluster === one && /udp/.test(id))
      return {
        verdict: "broken",
        outcome: "not-run",
        saw: "nothing",
        reason: "the agent ended",
        attempts: { total: 0, asExpected: 0 },
        timings: { totalMs: 0 },
      };
    if (from.cluster === two && to.cluster === "kind-region-3")
      return {
        verdict: "skipped",
        outcome: "not-run",
        reason: "it needs privileged pods",
        attempts: { total: 0, asExpected: 0 },
        timings: { totalMs: 0 },
      };
    return {};
  }
}
