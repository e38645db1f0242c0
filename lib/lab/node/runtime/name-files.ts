import type { KubeObject } from "../../model.ts";
import { podSpec } from "../pod/pod-spec.ts";

export interface NameFacts {
  /** One of each family. */
  podAddresses: string[];
  dnsAddress: string;
  /** `cluster.local` */
  domain: string;
  /** The node's own resolv.conf. */
  nodeResolvConf: string;
}

const mostNameservers = 3;

/** The name by which a pod knows itself: at most 63 characters, and the node's own with its network. */
export function podHostname(pod: KubeObject): string {
  const { hostname, hostNetwork, nodeName } = podSpec(pod);
  if (hostNetwork) return nodeName ?? pod.metadata.name;
  return hostname ?? pod.metadata.name.slice(0, 63).replace(/[-.]+$/, "");
}

/**
 * Writes a pod's /etc/resolv.conf from its DNS policy and configuration.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy
 */
export function resolvConf(pod: KubeObject, { dnsAddress, domain, nodeResolvConf }: NameFacts): string {
  const { dnsPolicy = "ClusterFirst", dnsConfig, hostNetwork } = podSpec(pod);
  const usesCluster = dnsPolicy === "ClusterFirstWithHostNet" || (dnsPolicy === "ClusterFirst" && !hostNetwork);
  const base = usesCluster
    ? {
        nameservers: [dnsAddress],
        searches: [`${pod.metadata.namespace}.svc.${domain}`, `svc.${domain}`, domain],
        options: ["ndots:5"],
      }
    : parseResolvConf(dnsPolicy === "None" ? "" : nodeResolvConf);
  const nameservers = [...new Set([...base.nameservers, ...(dnsConfig?.nameservers ?? [])])].slice(0, mostNameservers);
  const searches = [...new Set([...base.searches, ...(dnsConfig?.searches ?? [])])];
  const options = new Map(base.options.map((option) => [option.split(":")[0], option]));
  for (const { name, value } of dnsConfig?.options ?? [])
    options.set(name, value === undefined ? name : `${name}:${value}`);
  return [
    ...(searches.length > 0 ? [`search ${searches.join(" ")}`] : []),
    ...nameservers.map((address) => `nameserver ${address}`),
    ...(options.size > 0 ? [`options ${[...options.values()].join(" ")}`] : []),
    "",
  ].join("\n");
}

/** Writes a pod's /etc/hosts. @see https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/ */
export function hostsFile(pod: KubeObject, { podAddresses, domain }: NameFacts): string {
  const { subdomain, hostNetwork, hostAliases = [] } = podSpec(pod);
  const hostname = podHostname(pod);
  const fullName = subdomain ? `${hostname}.${subdomain}.${pod.metadata.namespace}.svc.${domain}\t` : "";
  return [
    `# Kubernetes-managed hosts file${hostNetwork ? " (host network)" : ""}.`,
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::0\tip6-localnet",
    "fe00::0\tip6-mcastprefix",
    "fe00::1\tip6-allnodes",
    "fe00::2\tip6-allrouters",
    ...podAddresses.map((address) => `${address}\t${fullName}${hostname}`),
    ...(hostAliases.length > 0 ? ["", "# Entries added by HostAliases."] : []),
    ...hostAliases.map(({ ip, hostnames = [] }) => [ip, ...hostnames].join("\t")),
    "",
  ].join("\n");
}

function parseResolvConf(text: string): { nameservers: string[]; searches: string[]; options: string[] } {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const valuesOf = (keyword: string): string[] =>
    lines.filter(([first]) => first === keyword).flatMap(([, ...rest]) => rest);
  return { nameservers: valuesOf("nameserver"), searches: valuesOf("search"), options: valuesOf("options") };
}
