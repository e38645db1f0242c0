import { alignColumns } from "../base/table.ts";
import { diagnose } from "../diagnose/diagnose.ts";
import { type Broken, matrixOf } from "../diagnose/made-up-matrix.ts";
import type { PathResult } from "../report/path-result.ts";

const clusterCount = 10;
/** Nodes of each cluster; every one of their pods asks every other one. */
const nodeCounts = [2, 4, 7, 10];
const rounds = 3;

/** Packets from the first cluster to the second one are lost. */
const cut: Broken = {
  packet: ({ from, to }) => (from.cluster === "cluster-0" && to.cluster === "cluster-1" ? "timeout" : undefined),
};

/** Measures how long a diagnosis takes, by the number of paths, with nothing broken and with a way between clusters cut. Asks nobody. */
export function diagnosisTimes(): string {
  const rows = nodeCounts.map((nodeCount) => {
    const whole = made(nodeCount, []);
    const broken = made(nodeCount, [cut]);
    const failed = broken.filter(({ verdict }) => verdict === "failed").length;
    return [whole.length.toLocaleString("en"), timeOf(whole), failed.toLocaleString("en"), timeOf(broken)];
  });
  const table = alignColumns([["paths", "ms, none failed", "failed", "ms"], ...rows], { right: [0, 1, 2, 3] });
  return ["", `diagnosis of ${clusterCount} clusters of ${nodeCounts.join(", ")} nodes each`, ...table, ""].join("\n");
}

function made(nodeCount: number, broken: Broken[]): PathResult[] {
  const nodes = Array.from({ length: nodeCount }, (_, index) => `worker-${index}`);
  const clusters = Array.from({ length: clusterCount }, (_, index) => ({ name: `cluster-${index}`, nodes }));
  return matrixOf({ clusters, broken });
}

function timeOf(paths: PathResult[]): string {
  const evidence = { results: { clusters: [], paths, troubles: [] }, endpoints: [], confirmed: [] };
  const times = Array.from({ length: rounds }, () => diagnose(evidence).durationMs);
  return (times.toSorted((left, right) => left - right)[Math.floor(rounds / 2)] ?? 0).toFixed(0);
}
