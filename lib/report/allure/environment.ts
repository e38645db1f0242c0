import { formatDuration } from "../../base/duration.ts";
import { printable } from "../../base/printable.ts";
import { allCounts } from "../counts.ts";
import type { Results } from "../path-result.ts";

/** Says in what a run took place, for Allure's page `Environment`. */
export function environmentOf({ run, versions, clusters, verdict, summary }: Results): Record<string, string> {
  const facts = {
    run: run.id,
    verdict,
    paths: allCounts(summary),
    started: run.startedAt,
    duration: formatDuration(run.durationMs),
    finished: run.finishedAt ?? "no",
    lab: run.lab ? "yes" : "no",
    namespace: run.namespace,
    command: run.command.join(" "),
    meshgate: versions.meshgate,
    "node.js": versions.node,
    "agent image": versions.agentImage,
    ...Object.fromEntries(clusters.map((cluster) => [`cluster ${cluster.context}`, clusterText(cluster)])),
  };
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, printable(value)]));
}

function clusterText({ version, nodes, server }: Results["clusters"][number]): string {
  const chosen = nodes.filter((node) => node.chosen).length;
  return `Kubernetes ${version}, ${chosen} of ${nodes.length} nodes, ${server}`;
}
