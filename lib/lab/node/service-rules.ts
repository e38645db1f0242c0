import { parseAddressRange, rangeHolds } from "../../base/address.ts";
import type { FamilyView } from "./address-family.ts";
import { chooseEndpoints } from "./choose-endpoints.ts";
import type { Choice } from "./choose-endpoints.ts";
import { chainName, policyChain } from "./policy-chain.ts";
import { elementHolders } from "./proxy-table.ts";
import type { ElementHolder } from "./proxy-table.ts";
import type { ServicePort } from "./service-ports.ts";

/** What one port of one Service adds to the table. */
export interface ServiceRules {
  /** Chain name to its rules. */
  chains: Map<string, string[]>;
  /** Set of client addresses to the seconds that it remembers them. */
  affinitySets: Map<string, number>;
  elements: Record<ElementHolder, Map<string, string>>;
}

/** What of the cluster and the node the rules depend on. */
export interface RuleContext extends FamilyView {
  nodeName: string;
  /** `address:port` of an endpoint to the one that this node itself passes it on to; a node cannot translate a connection twice. */
  forwards: ReadonlyMap<string, string>;
}

/** Says whether the rules of a port differ from node to node. */
export function differsByNode(service: ServicePort, { family, forwards }: RuleContext): boolean {
  return (
    service.internalPolicy === "Local" ||
    (hasExternalWays(service) && service.externalPolicy === "Local") ||
    (service.loadBalancerAddresses.length > 0 && service.sourceRanges.length > 0) ||
    service.endpoints.some(({ address, port }) => forwards.has(family.place(address, port)))
  );
}

/** Writes the rules of one port of one Service as a node has them. */
export function serviceRules(service: ServicePort, context: RuleContext): ServiceRules {
  const rules: ServiceRules = {
    chains: new Map(),
    affinitySets: new Map(),
    elements: Object.fromEntries(elementHolders.map((holder) => [holder, new Map()])) as ServiceRules["elements"],
  };
  addInternalWay(rules, service, context);
  if (hasExternalWays(service)) addExternalWays(rules, service, context);
  if (service.protocol === "udp") addBindings(rules, service);
  return rules;
}

function hasExternalWays({ nodePort, loadBalancerAddresses }: ServicePort): boolean {
  return nodePort !== undefined || loadBalancerAddresses.length > 0;
}

function addInternalWay(rules: ServiceRules, service: ServicePort, context: RuleContext): void {
  const { elements } = rules;
  const choice = chooseEndpoints(service.endpoints, service.internalPolicy, context.nodeName);
  const chain = policyChain(rules, service, service.internalPolicy, context);
  for (const address of service.addresses) {
    elements["cluster-ips"].set(address, "");
    const frontend = `${address} . ${service.protocol} . ${service.port}`;
    if (choice.to === "endpoints") elements["service-ips"].set(frontend, `goto ${chain}`);
    else elements["no-endpoint-services"].set(frontend, `goto ${choice.to}-chain`);
  }
}

function addExternalWays(rules: ServiceRules, service: ServicePort, context: RuleContext): void {
  const { elements } = rules;
  const { protocol, nodePort, loadBalancerAddresses: addresses } = service;
  const choice = chooseEndpoints(service.endpoints, service.externalPolicy, context.nodeName);
  const firewall = addresses.length > 0 ? firewallChain(rules, service, context) : undefined;
  // Without endpoints for clients from outside, the node and its pods may still be served by those elsewhere.
  const chain = choice.to === "reject" ? undefined : externalChain(rules, service, choice, context);
  for (const frontend of addresses.map((address) => `${address} . ${protocol} . ${service.port}`)) {
    if (firewall !== undefined) elements["firewall-ips"].set(frontend, `goto ${firewall}`);
    if (chain !== undefined) elements["service-ips"].set(frontend, `goto ${chain}`);
    if (choice.to !== "endpoints") elements["no-endpoint-services"].set(frontend, `goto ${choice.to}-chain`);
  }
  if (nodePort === undefined) return;
  const frontend = `${protocol} . ${nodePort}`;
  if (chain !== undefined) elements["service-nodeports"].set(frontend, `goto ${chain}`);
  if (choice.to !== "endpoints") elements["no-endpoint-nodeports"].set(frontend, `goto ${choice.to}-chain`);
}

/**
 * The chain for what comes to node ports and load-balancer addresses. Under a Local policy clients keep their address, except the node itself. It
 * and its pods are not bound by the policy: their packets are taken as if they had left the node and come back where endpoints are.
 */
function externalChain(rules: ServiceRules, service: ServicePort, choice: Choice, context: RuleContext): string {
  const name = chainName("external", service.key);
  const cluster = policyChain(rules, service, "Cluster", context);
  if (service.externalPolicy === "Cluster") {
    rules.chains.set(name, ["jump mark-for-masquerade", `goto ${cluster}`]);
    return name;
  }
  rules.chains.set(name, [
    `${context.family.keyword} saddr ${context.node.podCidr} goto ${cluster}`,
    "fib saddr type local jump mark-for-masquerade",
    `fib saddr type local goto ${cluster}`,
    ...(choice.to === "endpoints" ? [`goto ${policyChain(rules, service, "Local", context)}`] : []),
  ]);
  return name;
}

/** The chain that drops clients out of a load balancer's source ranges; undefined when it is open to all. */
function firewallChain(rules: ServiceRules, service: ServicePort, { family, node }: RuleContext): string | undefined {
  const { key, sourceRanges: ranges, loadBalancerAddresses } = service;
  if (ranges.length === 0) return undefined;
  const name = chainName("firewall", key);
  const holdsNode = (text: string): boolean => {
    const range = parseAddressRange(text);
    return range !== undefined && rangeHolds(range, node.address);
  };
  // Where a node holds such an address itself, it asks from it.
  const sources = ranges.some(holdsNode) ? [...ranges, ...loadBalancerAddresses] : ranges;
  rules.chains.set(name, [`${family.keyword} saddr != { ${sources.join(", ")} } drop`]);
  return name;
}

function addBindings({ elements }: ServiceRules, service: ServicePort): void {
  const { addresses, loadBalancerAddresses, port, nodePort } = service;
  for (const endpoint of service.endpoints.filter(({ ready, serving }) => ready || serving)) {
    const target = `${endpoint.address} . ${endpoint.port}`;
    for (const address of [...addresses, ...loadBalancerAddresses]) {
      elements["udp-bindings"].set(`${address} . ${port} . ${target}`, "");
    }
    if (nodePort !== undefined) elements["udp-nodeport-bindings"].set(`${nodePort} . ${target}`, "");
  }
}
