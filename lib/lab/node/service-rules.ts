import { createHash } from "node:crypto";
import { chooseEndpoints } from "./choose-endpoints.ts";
import type { ElementHolder } from "./proxy-table.ts";
import type { Endpoint, ServicePort } from "./service-ports.ts";

/** What one port of one Service adds to the table. */
export interface ServiceRules {
  /** Chain name to its rules. */
  chains: Map<string, string[]>;
  /** Set of client addresses to the seconds that it remembers them. */
  affinitySets: Map<string, number>;
  elements: Record<ElementHolder, Map<string, string>>;
}

/** What of the cluster and the node the rules depend on. */
export interface RuleContext {
  podCidr: string;
  nodeName: string;
  /** `address:port` of an endpoint to the one that this node itself passes it on to; a node cannot translate a connection twice. */
  forwards: ReadonlyMap<string, string>;
}

/** Says whether the rules of a port differ from node to node. */
export function differsByNode(service: ServicePort, forwards: ReadonlyMap<string, string>): boolean {
  return (
    service.internalPolicy === "Local" ||
    service.endpoints.some(({ address, port }) => forwards.has(`${address}:${port}`))
  );
}

/** Writes the rules of one port of one Service as a node has them. */
export function serviceRules(service: ServicePort, context: RuleContext): ServiceRules {
  const rules: ServiceRules = {
    chains: new Map(),
    affinitySets: new Map(),
    elements: {
      "cluster-ips": new Map(service.addresses.map((address) => [address, ""])),
      "service-ips": new Map(),
      "no-endpoint-services": new Map(),
      "udp-bindings": new Map(),
    },
  };
  const choice = chooseEndpoints(service, context.nodeName);
  const frontends = service.addresses.map((address) => `${address} . ${service.protocol} . ${service.port}`);
  if (choice.to === "endpoints") {
    const chain = addServiceChain(rules, service, choice.endpoints, context);
    for (const frontend of frontends) rules.elements["service-ips"].set(frontend, `goto ${chain}`);
  } else {
    for (const frontend of frontends) rules.elements["no-endpoint-services"].set(frontend, `goto ${choice.to}-chain`);
  }
  if (service.protocol === "udp") addBindings(rules, service);
  return rules;
}

function addServiceChain(
  rules: ServiceRules,
  service: ServicePort,
  endpoints: Endpoint[],
  context: RuleContext,
): string {
  const name = chainName("service", service.key);
  const targets = endpoints.map((endpoint) => addEndpointChain(rules, service, endpoint, context));
  rules.chains.set(name, [
    `ip saddr != ${context.podCidr} jump mark-for-masquerade`,
    ...targets.flatMap(({ chain, affinity }) =>
      affinity === undefined ? [] : [`ip saddr @${affinity} goto ${chain}`],
    ),
    `numgen random mod ${targets.length} vmap { ${targets.map(({ chain }, index) => `${index} : goto ${chain}`).join(", ")} }`,
  ]);
  return name;
}

function addEndpointChain(
  rules: ServiceRules,
  service: ServicePort,
  { address, port }: Endpoint,
  { forwards }: RuleContext,
): { chain: string; affinity: string | undefined } {
  const key = `${service.key}__${address}/${port}`;
  const chain = chainName("endpoint", key);
  const seconds = service.affinitySeconds;
  // A set cannot be given another time: with the time in its name, it is another set.
  const affinity = seconds === undefined ? undefined : chainName("affinity", `${key}/${seconds}s`);
  if (affinity !== undefined && seconds !== undefined) rules.affinitySets.set(affinity, seconds);
  rules.chains.set(chain, [
    // A pod that is given itself would drop a packet from its own address.
    `ip saddr ${address} jump mark-for-masquerade`,
    ...(affinity === undefined ? [] : [`update @${affinity} { ip saddr }`]),
    `meta l4proto ${service.protocol} dnat to ${forwards.get(`${address}:${port}`) ?? `${address}:${port}`}`,
  ]);
  return { chain, affinity };
}

function addBindings(rules: ServiceRules, service: ServicePort): void {
  for (const endpoint of service.endpoints.filter(({ ready, serving }) => ready || serving)) {
    for (const address of service.addresses) {
      rules.elements["udp-bindings"].set(`${address} . ${service.port} . ${endpoint.address} . ${endpoint.port}`, "");
    }
  }
}

/** Names are cut to what nft allows; the hash keeps them apart. */
function chainName(kind: "service" | "endpoint" | "affinity", key: string): string {
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return `${kind}-${hash}-${key}`.slice(0, 120);
}
