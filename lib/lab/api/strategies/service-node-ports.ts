import { randomInt } from "node:crypto";
import { ApiError } from "../../model.ts";
import type { KubeObject } from "../../model.ts";
import { storageKey } from "../storage.ts";
import { invalidValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import type { Fields, StrategyContext } from "./strategy.ts";

/** Ports that nodes forward, both ends included. */
export interface NodePortRange {
  first: number;
  last: number;
}

/** What API servers use that are told nothing else. */
export const usualNodePorts: NodePortRange = { first: 30_000, last: 32_767 };

/** Says whether every node forwards ports to a service like this. */
export function hasNodePorts({ type }: Fields): boolean {
  return type === "NodePort" || type === "LoadBalancer";
}

/**
 * Gives each port of a NodePort or LoadBalancer service a port on the nodes, the one it asks for or a free one.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
 */
export function allocateNodePorts(
  draft: KubeObject,
  old: KubeObject | undefined,
  context: StrategyContext,
): FieldError[] {
  const { spec } = draft;
  if (!hasNodePorts(spec)) return [];
  const { first, last } = context.nodePorts;
  const taken = portsOfOthers(draft, context);
  const own = new Set<number>();
  const kept = new Set<number>((old?.["spec"].ports ?? []).map((port: Fields) => port.nodePort));
  const errors: FieldError[] = [];
  const ports: Fields[] = spec.ports ?? [];
  for (const [index, { nodePort }] of ports.entries()) {
    if (!nodePort) continue;
    own.add(nodePort);
    if (kept.has(nodePort)) continue;
    const refuse = (why: string) => errors.push(invalidValue(`spec.ports[${index}].nodePort`, nodePort, why));
    if (nodePort < first || nodePort > last) {
      refuse(`provided port is not in the valid range. The range of valid ports is ${first}-${last}`);
    } else if (taken.has(nodePort)) refuse("provided port is already allocated");
  }
  if (errors.length > 0) return errors;
  reserveHealthPort(spec.healthCheckNodePort, new Set([...taken, ...own]), context.nodePorts);
  if (spec.healthCheckNodePort) own.add(spec.healthCheckNodePort);
  const free = () => freePort(new Set([...taken, ...own]), context.nodePorts);
  for (const port of ports) {
    if (port.nodePort || spec.allocateLoadBalancerNodePorts === false) continue;
    port.nodePort = free();
    own.add(port.nodePort);
  }
  if (spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local") {
    spec.healthCheckNodePort ??= old?.["spec"].healthCheckNodePort ?? free();
  }
  return [];
}

/** The API server has no better words for this mistake of its client. */
function reserveHealthPort(port: number | undefined, taken: ReadonlySet<number>, { first, last }: NodePortRange): void {
  if (!port) return;
  const why =
    port < first || port > last
      ? `provided port is not in the valid range. The range of valid ports is ${first}-${last}`
      : "provided port is already allocated";
  if (port >= first && port <= last && !taken.has(port)) return;
  const message = `Internal error occurred: failed to allocate requested HealthCheck NodePort ${port}: ${why}`;
  throw new ApiError(500, "InternalError", message);
}

function portsOfOthers(draft: KubeObject, { list }: StrategyContext): Set<number> {
  const others = list("services").filter((service) => storageKey(service) !== storageKey(draft));
  const ports = others.flatMap(({ spec }) => [
    ...(spec.ports ?? []).map((port: Fields) => port.nodePort),
    spec.healthCheckNodePort,
  ]);
  return new Set(ports.filter((port) => port !== undefined));
}

/** From the upper part first, which leaves the lower part to those who ask for a port. */
function freePort(taken: ReadonlySet<number>, { first, last }: NodePortRange): number {
  const size = last - first + 1;
  const start = randomInt(86, size);
  for (let step = 0; step < size; step += 1) {
    const port = first + ((start + step) % size);
    if (!taken.has(port)) return port;
  }
  throw new Error(`no node port is free between ${first} and ${last}`);
}
