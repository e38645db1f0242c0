import { Diagnostic } from "../../base/diagnostic.ts";
import { shellQuote } from "../../base/shell-quote.ts";
import type { Cluster } from "../cluster.ts";
import { removeNamespace, type RemovalOptions } from "./namespace-removal.ts";
import { managedBy, runLabels } from "./run-labels.ts";
import type { Trouble } from "../trouble.ts";

export interface RemoveRunOptions extends RemovalOptions {
  runId: string;
}

/**
 * Removes all namespaces of a run, and with them everything that it made, and waits until they are gone.
 *
 * Returns what could not be removed; empty when nothing is left. Never throws. Namespaces are found by label, never by name.
 */
export async function removeRun(cluster: Cluster, { runId, ...options }: RemoveRunOptions): Promise<Trouble[]> {
  const labelSelector = `${runLabels.managedBy}=${managedBy},${runLabels.run}=${runId}`;
  try {
    const namespaces = await cluster.list({ apiVersion: "v1", kind: "Namespace" }, { labelSelector });
    const troubles = await Promise.all(
      namespaces.map(({ metadata }) => removeNamespace(cluster, metadata.name, options)),
    );
    return troubles.filter((trouble) => trouble !== undefined);
  } catch (error) {
    const what = error instanceof Diagnostic ? error.message : "the request failed";
    return [
      {
        cluster: cluster.context,
        message: `the namespaces of the run ${runId} could not be listed: ${what}`,
        cure: `kubectl --context ${shellQuote(cluster.context)} delete namespace --selector ${shellQuote(labelSelector)}`,
      },
    ];
  }
}
