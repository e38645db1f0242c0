import { isIP, isIPv4 } from "node:net";
import { formatAddress } from "../../../base/address.ts";
import type { ClusterView, PortFacts, ServiceFacts } from "./cluster-view.ts";

/** An address with its ports and the name that a SRV record gives it. */
export interface Target {
  address: string;
  ports: PortFacts[];
  owner: string;
}

/** What a name of one of our zones stands for. `empty`: it exists, but only names below it mean anything. */
export type Found =
  | { kind: "none" }
  | { kind: "empty" }
  /** The zone's own name server, by each of its addresses. */
  | { kind: "apex"; owner: string; servers: Target[] }
  | { kind: "version" }
  | { kind: "alias"; target: string }
  | { kind: "targets"; targets: Target[] }
  | { kind: "pointer"; names: string[] };

const none: Found = { kind: "none" };
const empty: Found = { kind: "empty" };

/** Finds what a lower-case name inside `zone` (the cluster's domain or a reverse zone) stands for. */
export function findName(view: ClusterView, domain: string, zone: string, name: string): Found {
  if (zone !== domain) return name === zone ? empty : findPointer(view, domain, name);
  if (name === zone) return { kind: "apex", owner: ownServerName(domain), servers: ownServer(view, domain) };
  const labels = name
    .slice(0, -zone.length - 1)
    .split(".")
    .toReversed();
  const [kind, namespace, ...rest] = labels;
  if (kind === "dns-version" && labels.length === 1) return { kind: "version" };
  if (kind === "dns") return findOwnServer(view, domain, labels);
  if (kind !== "svc" && kind !== "pod") return none;
  if (namespace === undefined) return empty;
  if (!view.hasNamespace(namespace)) return none;
  return kind === "svc" ? findService(view, domain, namespace, rest) : findPod(domain, namespace, rest);
}

function findService(view: ClusterView, domain: string, namespace: string, labels: string[]): Found {
  const [name, ...below] = labels;
  if (name === undefined) return empty;
  const service = view.service(namespace, name);
  if (service === undefined || below.length > 2) return none;
  const owner = `${name}.${namespace}.svc.${domain}`;
  const endpoints = (): Target[] =>
    view
      .endpoints(namespace, name)
      .map(({ address, label, ports }) => ({ address, ports, owner: `${label}.${owner}` }));

  if (service.externalName !== undefined) {
    const target = service.externalName.replace(/\.$/, "");
    return below.length === 1 || isIP(target) > 0 ? none : { kind: "alias", target };
  }
  if (below.length === 1) return targets(endpoints().filter((target) => target.owner === `${below[0]}.${owner}`));
  const all = service.clusterAddresses.length > 0 ? ownTargets(service, owner) : endpoints();
  return below.length === 0 ? targets(all) : targets(onPort(all, below[1], below[0]));
}

function ownTargets({ clusterAddresses, ports }: ServiceFacts, owner: string): Target[] {
  return clusterAddresses.map((address) => ({ address, ports, owner }));
}

/** Picks what `_http._tcp` means: the port's name and protocol, each behind an underscore. */
export function onPort(all: Target[], port = "", protocol = ""): Target[] {
  const unmarked = (label: string) => label.replace(/^_/, "");
  return all.flatMap((target) => {
    const ports = target.ports.filter((each) => each.name === unmarked(port) && each.protocol === unmarked(protocol));
    return ports.length > 0 ? [{ ...target, ports }] : [];
  });
}

/** Makes of targets what a name stands for: nothing, when there are none. */
export function targets(found: Target[]): Found {
  return found.length > 0 ? { kind: "targets", targets: found } : none;
}

/** Any address has a name here, whether a pod has it or not. */
function findPod(domain: string, namespace: string, labels: string[]): Found {
  const [label, ...below] = labels;
  if (label === undefined) return empty;
  const isDotted = label.split("-").length === 4 && !label.includes("--");
  const address = label.replaceAll("-", isDotted ? "." : ":");
  if (below.length > 0 || isIP(address) === 0) return none;
  return targets([{ address, ports: [], owner: `${label}.${namespace}.pod.${domain}` }]);
}

function findOwnServer(view: ClusterView, domain: string, labels: string[]): Found {
  if (labels.length === 1) return empty;
  return labels[1] === "ns" && labels.length === 2 ? targets(ownServer(view, domain)) : none;
}

function ownServer(view: ClusterView, domain: string): Target[] {
  const addresses = view.service("kube-system", "kube-dns")?.clusterAddresses ?? [];
  return addresses.map((address) => ({ address, ports: [], owner: ownServerName(domain) }));
}

function ownServerName(domain: string): string {
  return `ns.dns.${domain}`;
}

function findPointer(view: ClusterView, domain: string, name: string): Found {
  const address = reversedAddress(name);
  if (address === undefined) return none;
  const names: string[] = [];
  for (const service of view.services()) {
    const owner = `${service.name}.${service.namespace}.svc.${domain}`;
    if (service.clusterAddresses.includes(address)) return { kind: "pointer", names: [owner] };
    for (const endpoint of view.endpoints(service.namespace, service.name)) {
      if (endpoint.address === address) names.push(`${endpoint.label}.${owner}`);
    }
  }
  return names.length > 0 ? { kind: "pointer", names: [...new Set(names)] } : none;
}

/** Reads the address of which a name is the reverse. Undefined when it names a part of one only. */
function reversedAddress(name: string): string | undefined {
  const [, text = "", kind] = /^(.*)\.(in-addr|ip6)\.arpa$/.exec(name) ?? [];
  const labels = text.split(".").toReversed();
  if (kind === "in-addr") return isIPv4(labels.join(".")) ? labels.join(".") : undefined;
  if (labels.length !== 32 || !labels.every((label) => /^[0-9a-f]$/.test(label))) return undefined;
  return formatAddress(BigInt(`0x${labels.join("")}`), "IPv6");
}
