import type { ClusterFacts } from "../path-result.ts";
import type { ComparedRun, PastRun } from "./compared-run.ts";
import type { Counterparts, NodeName } from "./counterparts.ts";
import type { Timing } from "./slower.ts";

/** Lists what makes two runs hard to compare, as sentences; what speaks against the baseline as a whole comes first. */
export function remarksOf(
  before: PastRun,
  after: ComparedRun,
  { counterparts, timing }: { counterparts: Counterparts; timing: Timing },
): string[] {
  return [
    ...ofBaseline(before, after),
    ...ofTopology(counterparts, before.run.lab && after.run.lab),
    ...ofVersions(before, after, counterparts),
    ...ofScope(before, after),
    ...ofTiming(timing),
  ];
}

/** Where only what is slower by more than this shows, somebody who looks for less must know. */
const coarse = 3;

function ofTiming({ everywhere, varies, groups }: Timing): string[] {
  return [
    ...(everywhere === undefined
      ? []
      : [
          `Three quarters of the ${groups} groups of paths that were timed take ${everywhere} times as long as in the baseline or longer: that is the machine, its load or what all paths share. Only what is slower than that is told as slower.`,
        ]),
    ...(varies === undefined && groups > 0
      ? [`Only ${groups} groups of paths were timed in both runs, which are too few to tell whether any is slower.`]
      : []),
    ...(varies === undefined || varies <= coarse
      ? []
      : [
          `The latencies of groups vary so much between the two runs that only one that takes more than ${varies} times as long is told as slower.`,
        ]),
  ];
}

function ofBaseline(before: PastRun, after: ComparedRun): string[] {
  const { run, verdict, summary } = before;
  if (run.id === after.run.id) return ["The baseline is this run itself."];
  const states: Partial<Record<PastRun["verdict"], string>> = {
    interrupted:
      "The baseline did not come to its end: what it did not ask counts as new, and as regressed where it fails now.",
    configuration: "The baseline ended with a wrong configuration: what it did not ask counts as new.",
    broken: `The baseline could not look everywhere: ${summary.broken} paths and troubles kept it from that.`,
    findings: `The baseline has findings itself: the ${summary.failed} paths that failed in it and fail still are no change.`,
    uncovered: "The baseline was not looked at everywhere where it was required.",
    regressed: "The baseline was itself worse than its own baseline.",
  };
  return [
    ...(states[verdict] === undefined ? [] : [states[verdict]]),
    ...(after.verdict === "interrupted"
      ? ["The later run did not come to its end: what it did not ask counts as regressed or not covered."]
      : []),
    ...(after.verdict === "broken" ? ["The later run could not look everywhere."] : []),
    ...(run.startedAt > after.run.startedAt ? ["The baseline began later than this run."] : []),
    ...(run.lab === after.run.lab
      ? []
      : [
          `The baseline was made on ${run.lab ? "an embedded lab, and this run was not" : "clusters, and this run on an embedded lab"}.`,
        ]),
  ];
}

function ofTopology(
  { renamed, recreated, gone, added, goneNodes, addedNodes }: Counterparts,
  areBothLabs: boolean,
): string[] {
  return [
    ...renamed.map(({ before, after, same }) =>
      same
        ? `${after} is ${before} of the baseline: both are one cluster by the UID of its namespace kube-system.`
        : `${after} is taken for ${before} of the baseline, by their names and order.`,
    ),
    // Every embedded lab is a new one.
    ...(recreated.length === 0 || areBothLabs
      ? []
      : [`${recreated.join(", ")}: another cluster than in the baseline, by the UID of the namespace kube-system.`]),
    ...(gone.length === 0 ? [] : [`Clusters of the baseline are not in this run: ${gone.join(", ")}.`]),
    ...(added.length === 0 ? [] : [`Clusters of this run are not in the baseline: ${added.join(", ")}.`]),
    ...(goneNodes.length === 0 ? [] : [`Nodes of the baseline are not there any more: ${nodesText(goneNodes)}.`]),
    ...(addedNodes.length === 0 ? [] : [`Nodes are new: ${nodesText(addedNodes)}.`]),
    ...(goneNodes.length + addedNodes.length === 0
      ? []
      : [
          "Paths on nodes that only one of the runs has were compared by role, with those that ask the same on other nodes; their latencies were not compared.",
        ]),
  ];
}

const mostNodes = 8;

function nodesText(nodes: NodeName[]): string {
  const shown = nodes.slice(0, mostNodes).map(({ context, node }) => `${context}/${node}`);
  return [...shown, ...(nodes.length > mostNodes ? [`and ${nodes.length - mostNodes} more`] : [])].join(", ");
}

function ofVersions(before: PastRun, after: ComparedRun, { contexts }: Counterparts): string[] {
  const [old, now] = [before.versions.meshgate, after.versions.meshgate];
  const clusters = before.clusters.flatMap(({ context, version }): string[] => {
    const cluster = after.clusters.find((each: ClusterFacts) => each.context === contexts.get(context));
    return !cluster || cluster.version === version
      ? []
      : [`${cluster.context} runs Kubernetes ${cluster.version}, in the baseline ${version}.`];
  });
  return [...(old === now ? [] : [`This run is by meshgate ${now}, the baseline by ${old}.`]), ...clusters];
}

function ofScope(before: PastRun, after: ComparedRun): string[] {
  const [old, now] = [suitesOf(before), suitesOf(after)];
  const [fewer, more] = [old.filter((suite) => !now.includes(suite)), now.filter((suite) => !old.includes(suite))];
  const [was, is] = [telling(before.run.command), telling(after.run.command)];
  return [
    ...(fewer.length === 0 ? [] : [`This run leaves suites of the baseline out: ${fewer.join(", ")}.`]),
    ...(more.length === 0 ? [] : [`The baseline leaves suites of this run out: ${more.join(", ")}.`]),
    ...(was === is ? [] : [`The options are others: ${is || "none"}; in the baseline ${was || "none"}.`]),
  ];
}

function suitesOf({ scenarios, paths }: ComparedRun): string[] {
  return [...new Set([...(scenarios ?? []), ...paths].map(({ suite }) => suite))];
}

/** Options that say where things are and what becomes of the results, and not what is asked. Clusters and suites are compared by themselves. */
const beside = [
  "--context",
  "--multi-cluster",
  "--kubeconfig",
  "--suite",
  "--report-dir",
  "--baseline",
  "--fail-on",
  "--known-issues",
];
const besideFlags = ["--no-color", "--keep"];

function telling(command: string[]): string {
  return command
    .filter((option, index) => {
      const name = option.split("=")[0] ?? "";
      const isValue = beside.includes(command[index - 1] ?? "");
      return !isValue && !beside.includes(name) && !besideFlags.includes(name);
    })
    .join(" ");
}
