import { Diagnostic } from "../base/diagnostic.ts";
import { ApiFailure } from "./api-failure.ts";
import type { Cluster } from "./cluster.ts";
import type { Kubeconfig } from "./kubeconfig/kubeconfig.ts";
import { openCluster, type OpenOptions } from "./open-cluster.ts";
import { requireContexts } from "./kubeconfig/require-contexts.ts";

/**
 * Opens all named contexts at the same time and returns the clusters in the order of the names.
 *
 * Throws one Diagnostic for all failures together: `configuration` for unknown or incomplete contexts and for two contexts that lead to
 * the same cluster, `broken` for clusters that cannot be used, `interrupted`. Its `cause` is the list of the single diagnostics where there
 * are several. Clusters that did open are closed again then.
 */
export async function openClusters(
  kubeconfig: Kubeconfig,
  names: readonly string[],
  options: OpenOptions = {},
): Promise<Cluster[]> {
  requireContexts(kubeconfig, names);
  const results = await Promise.allSettled(names.map((name) => openCluster(kubeconfig, name, options)));
  const clusters = results.filter((result) => result.status === "fulfilled").map((result) => result.value);
  const failures = results.filter((result) => result.status === "rejected").map((result): unknown => result.reason);
  try {
    if (failures.length > 0) throw gather(failures, names.length);
    refuseSameCluster(clusters);
  } catch (error) {
    await Promise.all(clusters.map((cluster) => cluster.close()));
    throw error;
  }
  return clusters;
}

function gather(failures: unknown[], total: number): unknown {
  const notOurs = failures.find((failure) => !(failure instanceof Diagnostic));
  if (notOurs !== undefined) return notOurs;
  const diagnostics = failures.filter((failure) => failure instanceof Diagnostic);
  const first = diagnostics.find(({ kind }) => kind === "interrupted") ?? diagnostics[0];
  if (first === undefined || first.kind === "interrupted" || diagnostics.length === 1) return first;
  const which = `${diagnostics.length} of ${total} clusters cannot be used`;
  const gathered = new Diagnostic(
    "broken",
    [`${which}:`, ...diagnostics.map(({ message }) => `  ${message}`)].join("\n"),
    diagnostics.map((each) => (each instanceof ApiFailure ? `${each.context}: ${each.cure}` : each.cure)).join("\n"),
  );
  gathered.cause = diagnostics;
  return gathered;
}

function refuseSameCluster(clusters: Cluster[]): void {
  for (const [index, cluster] of clusters.entries()) {
    const twin = clusters.slice(0, index).find(({ uid }) => uid === cluster.uid);
    if (twin === undefined) continue;
    throw new Diagnostic(
      "configuration",
      `The contexts ${JSON.stringify(twin.context)} and ${JSON.stringify(cluster.context)} lead to the same cluster.`,
      "Name each cluster once; its traffic to itself is always part of a run.",
    );
  }
}
