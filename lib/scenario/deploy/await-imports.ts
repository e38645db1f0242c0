import { setTimeout as delay } from "node:timers/promises";
import { listOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../../cluster/cluster.ts";
import { exportsApi } from "../../cluster/features/mesh.ts";
import { importedName } from "../run/imported-name.ts";
import { type LiveFacts, serviceKey } from "../world.ts";

const pollEveryMs = 250;

/**
 * Waits until ServiceImports of these names have addresses, at most so long, and keeps the addresses under the name that stands for
 * the import. One that gets none is no failure: whoever needs its address is told that it is not there.
 */
export async function awaitImports(
  cluster: Cluster,
  names: string[],
  { live, limitMs, signal }: { live: LiveFacts; limitMs: number; signal: AbortSignal },
): Promise<void> {
  const deadline = performance.now() + limitMs;
  const namespace = live.namespaces.run;
  while (true) {
    const found = await cluster.list({ apiVersion: exportsApi, kind: "ServiceImport" }, { namespace });
    const imports = found.filter(({ metadata, spec }) => names.includes(metadata.name) && addressesOf(spec).length > 0);
    for (const each of imports) keep(each);
    if (signal.aborted || performance.now() >= deadline || imports.length === names.length) return;
    await delay(pollEveryMs);
  }

  function keep({ metadata, spec }: KubeObject): void {
    live.services.set(serviceKey({ cluster: cluster.context, namespace, name: importedName(metadata.name) }), {
      addresses: addressesOf(spec),
      loadBalancerHosts: [],
      nodePorts: new Map(),
      healthCheckNodePort: undefined,
    });
  }
}

function addressesOf(spec: unknown): string[] {
  return listOf(spec, "ips").filter((address) => typeof address === "string");
}
