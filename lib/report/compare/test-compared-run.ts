import type { ClusterFacts, PathResult, Results } from "../path-result.ts";
import { sampleHead, samplePath } from "../sample-run.ts";
import type { PastRun } from "./compared-run.ts";

/** Makes a cluster with these chosen nodes. */
export function clusterOf(context: string, nodes: string[], fields: Partial<ClusterFacts> = {}): ClusterFacts {
  return {
    context,
    uid: `uid of ${context}`,
    server: "https://172.19.0.2:6443",
    version: "v1.36.2",
    nodes: nodes.map((name) => ({ name, chosen: true })),
    features: {},
    ...fields,
  };
}

/** Makes a path of the scenario `pods/across-nodes` between the nodes `w1` and `w2` of cluster `a`, that passed; other fields where they are given. */
export function pathOf(
  variant: string,
  fields: Partial<PathResult> = {},
  { cluster = "a", from = "w1", to = "w2" }: { cluster?: string; from?: string; to?: string } = {},
): PathResult {
  return samplePath({
    id: `pods/across-nodes/${cluster}/${from}/client/${cluster}/${to}/echo/${variant}`,
    scenario: "pods/across-nodes",
    group: `${cluster} -> ${cluster}`,
    from: { cluster, node: from, name: "client" },
    to: { cluster, node: to, name: "echo" },
    ...(fields.verdict === "broken" || fields.verdict === "skipped" ? { reason: "nobody could ask" } : {}),
    ...fields,
  });
}

/** Makes the results of a run with these paths, on the nodes `w1` and `w2` of cluster `a`. */
export function runOf(paths: PathResult[], fields: Partial<PastRun> = {}): PastRun {
  const { run } = sampleHead;
  const count = (verdict: PathResult["verdict"]) => paths.filter((path) => path.verdict === verdict).length;
  const summary: Results["summary"] = {
    passed: count("passed"),
    failed: count("failed"),
    broken: count("broken"),
    skipped: count("skipped"),
  };
  return {
    verdict: summary.failed > 0 ? "findings" : summary.broken > 0 ? "broken" : "passed",
    run: { ...run, id: "now", startedAt: "2026-11-21T09:00:00.000Z", durationMs: 1 },
    versions: sampleHead.versions,
    clusters: [clusterOf("a", ["w1", "w2"])],
    summary,
    paths,
    ...fields,
  };
}

/** As `runOf`, for the run before. */
export function baselineOf(paths: PathResult[], fields: Partial<PastRun> = {}): PastRun {
  const run = runOf(paths, fields);
  return { ...run, run: { ...run.run, id: "before", startedAt: "2026-11-20T09:00:00.000Z" } };
}
