import { isIPv6 } from "node:net";
import { fieldOf, listOf, numberOf, textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../cluster.ts";

/** A pod that answers for the cluster's DNS Service. */
export interface DnsServer {
  pod: string;
  node: string;
  address: string;
  family: "IPv4" | "IPv6";
  /** The port on the pod, which may differ from the Service's. */
  port: number;
}

export interface ClusterDns {
  service: { namespace: string; name: string; addresses: string[]; port: number };
  /**
   * All that should answer, sorted by pod and address: one that is not ready is among them, for its silence is a finding. A pod with
   * addresses of both families is there twice. Empty when there is none: DNS is there, and down.
   */
  servers: DnsServer[];
}

const serviceKind = { apiVersion: "v1", kind: "Service" };

/**
 * Finds the cluster's DNS: Service `kube-system/kube-dns`, else one with the label `k8s-app=kube-dns`, else `openshift-dns/dns-default`,
 * else any Service of kube-system with `dns` in its name and port 53.
 *
 * Undefined when the cluster has none of them. Throws Diagnostic `broken`.
 * @see https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/#introduction
 */
export async function findDns(cluster: Cluster): Promise<ClusterDns | undefined> {
  const service = await findService(cluster);
  if (service === undefined) return undefined;
  const { name, namespace = "" } = service.metadata;
  return {
    service: { namespace, name, addresses: addressesOf(service), port: 53 },
    servers: await findServers(cluster, namespace, name),
  };
}

async function findService(cluster: Cluster): Promise<KubeObject | undefined> {
  const standard = await cluster.get(serviceKind, "kube-dns", "kube-system");
  if (standard !== undefined && servesDns(standard)) return standard;
  const labelled = await cluster.list(serviceKind, { namespace: "kube-system", labelSelector: "k8s-app=kube-dns" });
  const openShift = await cluster.get(serviceKind, "dns-default", "openshift-dns");
  const named = await cluster.list(serviceKind, { namespace: "kube-system" });
  const candidates = [...labelled, ...(openShift === undefined ? [] : [openShift])].concat(
    named.filter(({ metadata }) => metadata.name.includes("dns")),
  );
  return candidates.find((service) => servesDns(service));
}

/** A headless Service, such as one for metrics, is nobody's name server. */
function servesDns(service: KubeObject): boolean {
  const ports = listOf(service["spec"], "ports");
  return addressesOf(service).length > 0 && ports.some((port) => numberOf(port, "port") === 53);
}

function addressesOf(service: KubeObject): string[] {
  const all = listOf(service["spec"], "clusterIPs").filter((address) => typeof address === "string");
  const one = textOf(service["spec"], "clusterIP");
  const addresses = all.length > 0 || one === undefined ? all : [one];
  return addresses.filter((address) => address !== "None" && address !== "");
}

async function findServers(cluster: Cluster, namespace: string, service: string): Promise<DnsServer[]> {
  const slices = await cluster.list(
    { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" },
    { namespace, labelSelector: `kubernetes.io/service-name=${service}` },
  );
  const servers = slices.flatMap((slice) => {
    const ports = listOf(slice, "ports");
    const dnsPort =
      ports.find((port) => textOf(port, "name") === "dns") ?? ports.find((port) => fieldOf(port, "protocol") === "UDP");
    return listOf(slice, "endpoints")
      .filter((endpoint) => fieldOf(endpoint, "conditions", "terminating") !== true)
      .flatMap((endpoint) =>
        listOf(endpoint, "addresses").map((address): DnsServer => ({
          pod: textOf(endpoint, "targetRef", "name") ?? "",
          node: textOf(endpoint, "nodeName") ?? "",
          address: String(address),
          family: isIPv6(String(address)) ? "IPv6" : "IPv4",
          port: numberOf(dnsPort, "port") ?? 53,
        })),
      );
  });
  return servers.toSorted((one, other) =>
    `${one.pod} ${one.address}`.localeCompare(`${other.pod} ${other.address}`, "en"),
  );
}
