import { Resolver } from "node:dns/promises";
import { isIPv6 } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { KubeObject, LabCluster, Store } from "./model.ts";
import { configureNetns } from "./net/run-tool.ts";

/** Where the search for what is not ready looks again. */
const pauseMs = 25;

/**
 * Waits until every node of a cluster is Ready, its ingress controller, where it has one, too, and its DNS answers on its Service, asked
 * through a node. Rejects with what was not ready after `timeoutMs`.
 */
export async function clusterReady(store: Store, cluster: LabCluster, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let missing: string | undefined;
  while ((missing = notReady(store, cluster)) !== undefined) await pause(deadline, missing);
  const through = cluster.nodes.at(-1);
  const ways = [
    { dnsAddress: cluster.dnsAddress, via: through?.address },
    ...(cluster.ipv6 ? [{ dnsAddress: cluster.ipv6.dnsAddress, via: through?.ipv6?.address }] : []),
  ];
  for (const { dnsAddress, via } of ways) {
    // Service addresses have no way from outside; this one has for as long as it takes to ask.
    await configureNetns(undefined, { lines: [`route add ${dnsAddress} via ${via}`] });
    while ((missing = await noAnswer(dnsAddress, cluster.domain)) !== undefined) await pause(deadline, missing);
    await configureNetns(undefined, { lines: [`route del ${dnsAddress}`] });
  }
}

function notReady(store: Store, cluster: LabCluster): string | undefined {
  for (const { name } of cluster.nodes) {
    const conditions: { type: string; status: string }[] = store.get("nodes", name)?.["status"]?.conditions ?? [];
    if (!conditions.some(({ type, status }) => type === "Ready" && status === "True"))
      return `node ${name} is not Ready`;
  }
  for (const { namespace, service, pods } of addOns(cluster)) {
    const labelSelector = `kubernetes.io/service-name=${service}`;
    const slices = store.list("endpointslices.discovery.k8s.io", { namespace, labelSelector });
    if (!slices.some(hasReadyEndpoint))
      return `${namespace}/${service} has no ready endpoint (${podStates(store, namespace, pods)})`;
  }
  return undefined;
}

interface AddOn {
  namespace: string;
  service: string;
  /** The label of its pods. */
  pods: string;
}

function addOns({ hasIngress }: LabCluster): AddOn[] {
  const dns = { namespace: "kube-system", service: "kube-dns", pods: "k8s-app=kube-dns" };
  const ingress = { namespace: "ingress-nginx", service: "ingress-nginx-controller" };
  return [dns, ...(hasIngress ? [{ ...ingress, pods: "app.kubernetes.io/name=ingress-nginx" }] : [])];
}

function hasReadyEndpoint(slice: KubeObject): boolean {
  const endpoints: { conditions?: { ready?: boolean } }[] = slice["endpoints"] ?? [];
  return endpoints.some(({ conditions }) => conditions?.ready === true);
}

function podStates(store: Store, namespace: string, labelSelector: string): string {
  const pods = store.list("pods", { namespace, labelSelector });
  const states = pods.map(({ metadata, status }) => {
    const waiting: { reason?: string; message?: string } | undefined = status?.containerStatuses?.[0]?.state?.waiting;
    return `${metadata.name}: ${waiting?.reason ?? status?.phase ?? "no status"} ${waiting?.message ?? ""}`.trim();
  });
  return states.join("; ") || "it has no pods";
}

async function noAnswer(dnsAddress: string, domain: string): Promise<string | undefined> {
  const resolver = new Resolver({ timeout: 250, tries: 1 });
  resolver.setServers([isIPv6(dnsAddress) ? `[${dnsAddress}]` : dnsAddress]);
  try {
    await resolver.resolve4(`kubernetes.default.svc.${domain}`);
    return undefined;
  } catch (error) {
    return `the DNS of ${dnsAddress} does not answer: ${(error as Error).message}`;
  }
}

async function pause(deadline: number, missing: string): Promise<void> {
  if (performance.now() > deadline) throw new Error(missing);
  await delay(pauseMs);
}
