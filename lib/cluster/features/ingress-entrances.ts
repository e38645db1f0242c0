import { isIP } from "node:net";
import { fieldOf, listOf, numberOf, textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import type { IngressClass } from "./ingress-classes.ts";
import { listIfReadable } from "./readable.ts";
import { publishedHosts } from "./published-hosts.ts";

/** One place at which an ingress controller takes requests. */
export interface Entrance {
  /** Who can ask there: anybody, pods of its own cluster, or the machine that runs the cluster's containers. */
  reach: "anybody" | "own-pods" | "own-machine";
  /** An address or a name; undefined stands for the address of any node. */
  host: string | undefined;
  http: number;
  https: number;
  /** Whether the Ingress says so itself, or only the Service of its controller. */
  told: "by-status" | "by-service";
}

/**
 * Finds out where the controller of a class takes requests, those that the status of its Ingresses names first. What it publishes need not be
 * for everybody: the cluster address of a Service is for pods, `localhost` is for the machine below, and a node's address goes with the
 * Service's node ports where no pod of the controller has ports of its own there.
 *
 * Throws Diagnostic `broken`.
 * @see https://kubernetes.github.io/ingress-nginx/deploy/baremetal/
 */
export async function findEntrances(
  cluster: Cluster,
  ingressClass: IngressClass,
  published: readonly string[],
): Promise<Entrance[]> {
  const [services, nodes] = await Promise.all([
    cluster.list({ apiVersion: "v1", kind: "Service" }),
    cluster.list({ apiVersion: "v1", kind: "Node" }),
  ]);
  const nodeAddresses = nodes.flatMap(({ status }) =>
    listOf(status, "addresses").flatMap((entry) => textOf(entry, "address") ?? []),
  );
  const service = controllerService(services, ingressClass, published);
  const balanced = publishedHosts(service?.["status"]);
  const isAtNode = (host: string) => nodeAddresses.includes(host) && !balanced.includes(host);
  const nodePorts = service && (await portsAtNodes(cluster, service, published.some(isAtNode)));
  const told = published.map((host): Entrance => {
    if (isLoopback(host)) return { ...usual, reach: "own-machine", host };
    const owner = services.find((each) => clusterAddresses(each).includes(host));
    if (owner) return { ...usual, ...servicePorts(owner), reach: "own-pods", host };
    return { ...usual, ...(isAtNode(host) ? nodePorts : {}), reach: "anybody", host };
  });
  return [...told, ...(service ? entrancesOf(service) : [])];
}

const usual = { http: 80, https: 443, told: "by-status" } as const;

function entrancesOf(service: KubeObject): Entrance[] {
  const ports = { http: 80, https: 443, ...servicePorts(service), told: "by-service" } as const;
  const atNodes = nodePortsOf(service);
  return [
    ...publishedHosts(service["status"]).map((host): Entrance => ({ ...ports, reach: "anybody", host })),
    ...(atNodes ? [{ ...ports, ...atNodes, reach: "anybody", host: undefined } as const] : []),
    ...clusterAddresses(service).map((host): Entrance => ({ ...ports, reach: "own-pods", host })),
  ];
}

/**
 * The Service that has a published address, else the one with the same labels for name and instance as the class, else one whose name label
 * ends the name of the controller.
 */
function controllerService(
  services: KubeObject[],
  { labels, controller }: IngressClass,
  published: readonly string[],
): KubeObject | undefined {
  const candidates = services
    .filter((service) => servicePorts(service).http !== undefined && fieldOf(service, "spec", "selector") !== undefined)
    .toSorted((one, other) => rankOf(one) - rankOf(other));
  const [name, instance] = ["app.kubernetes.io/name", "app.kubernetes.io/instance"];
  const short = controller.split("/").at(-1);
  return (
    candidates.find((each) =>
      [...clusterAddresses(each), ...publishedHosts(each["status"])].some((host) => published.includes(host)),
    ) ??
    candidates.find(
      ({ metadata }) =>
        labels[name] !== undefined &&
        metadata.labels?.[name] === labels[name] &&
        metadata.labels?.[instance] === labels[instance],
    ) ??
    candidates.find(({ metadata }) => short !== undefined && short !== "" && metadata.labels?.[name] === short)
  );
}

const ranks = ["LoadBalancer", "NodePort", "ClusterIP"];

function rankOf(service: KubeObject): number {
  return ranks.indexOf(textOf(service, "spec", "type") ?? "ClusterIP");
}

async function portsAtNodes(
  cluster: Cluster,
  service: KubeObject,
  asked: boolean,
): Promise<{ http?: number; https?: number }> {
  const nodePorts = nodePortsOf(service);
  if (!asked || !nodePorts) return {};
  const labelSelector = Object.entries(fieldOf(service, "spec", "selector") ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const { namespace = "" } = service.metadata;
  const pods = (await listIfReadable(cluster, { apiVersion: "v1", kind: "Pod" }, { namespace, labelSelector })) ?? [];
  return pods.some(hasHostPort) ? {} : nodePorts;
}

function hasHostPort({ spec }: KubeObject): boolean {
  const ports = listOf(spec, "containers").flatMap((container) => listOf(container, "ports"));
  return fieldOf(spec, "hostNetwork") === true || ports.some((port) => numberOf(port, "hostPort") === 80);
}

function servicePorts(service: KubeObject): { http?: number; https?: number } {
  return portsBy(service, (port) => numberOf(port, "port"));
}

function nodePortsOf(service: KubeObject): { http?: number; https?: number } | undefined {
  const ports = portsBy(service, (port) => numberOf(port, "nodePort"));
  return ports.http === undefined ? undefined : ports;
}

function portsBy(service: KubeObject, read: (port: unknown) => number | undefined): { http?: number; https?: number } {
  const ports = listOf(service, "spec", "ports").filter((port) => (textOf(port, "protocol") ?? "TCP") === "TCP");
  const at = (number: number) => read(ports.find((port) => numberOf(port, "port") === number));
  const [http, https] = [at(80), at(443)];
  return { ...(http === undefined ? {} : { http }), ...(https === undefined ? {} : { https }) };
}

function clusterAddresses(service: KubeObject): string[] {
  const all = listOf(service, "spec", "clusterIPs").map(String);
  const addresses = all.length > 0 ? all : [textOf(service, "spec", "clusterIP") ?? ""];
  return addresses.filter((address) => isIP(address) !== 0);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
