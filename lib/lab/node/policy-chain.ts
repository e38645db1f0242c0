import { createHash } from "node:crypto";
import { chooseEndpoints } from "./choose-endpoints.ts";
import type { Endpoint, ServicePort, TrafficPolicy } from "./service-ports.ts";
import type { RuleContext, ServiceRules } from "./service-rules.ts";

/** Gives the chain that chooses among a policy's endpoints, adding it at first use. Undefined when there are none. */
export function policyChain(
  rules: ServiceRules,
  service: ServicePort,
  policy: TrafficPolicy,
  context: RuleContext,
): string | undefined {
  const choice = chooseEndpoints(service.endpoints, policy, context.nodeName);
  if (choice.to !== "endpoints") return undefined;
  const name = chainName(policy === "Cluster" ? "service" : "local", service.key);
  if (rules.chains.has(name)) return name;
  const targets = choice.endpoints.map((endpoint) => addEndpointChain(rules, service, endpoint, context));
  const ip = context.family.keyword;
  const isInternal = policy === service.internalPolicy && service.addresses.length > 0;
  rules.chains.set(name, [
    ...(isInternal
      ? [
          `${ip} daddr { ${service.addresses.join(", ")} } ${ip} saddr != ${context.cluster.podCidr} jump mark-for-masquerade`,
        ]
      : []),
    ...targets.flatMap(({ chain, affinity }) =>
      affinity === undefined ? [] : [`${ip} saddr @${affinity} goto ${chain}`],
    ),
    `numgen random mod ${targets.length} vmap { ${targets.map(({ chain }, index) => `${index} : goto ${chain}`).join(", ")} }`,
  ]);
  return name;
}

function addEndpointChain(
  rules: ServiceRules,
  service: ServicePort,
  { address, port }: Endpoint,
  { family, forwards }: RuleContext,
): { chain: string; affinity: string | undefined } {
  const key = `${service.key}__${address}/${port}`;
  const chain = chainName("endpoint", key);
  const ip = family.keyword;
  const place = family.place(address, port);
  const seconds = service.affinitySeconds;
  // A set cannot be given another time: with the time in its name, it is another set.
  const affinity = seconds === undefined ? undefined : chainName("affinity", `${key}/${seconds}s`);
  if (affinity !== undefined && seconds !== undefined) rules.affinitySets.set(affinity, seconds);
  rules.chains.set(chain, [
    // A pod that is given itself would drop a packet from its own address.
    `${ip} saddr ${address} jump mark-for-masquerade`,
    ...(affinity === undefined ? [] : [`update @${affinity} { ${ip} saddr }`]),
    `meta l4proto ${service.protocol} dnat to ${forwards.get(place) ?? place}`,
  ]);
  return { chain, affinity };
}

/** Names a chain or set of a Service's port, within what nft allows, which is no colon; a hash keeps names apart that were cut. */
export function chainName(
  kind: "service" | "local" | "external" | "firewall" | "endpoint" | "affinity",
  key: string,
): string {
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return `${kind}-${hash}-${key.replaceAll(":", ".")}`.slice(0, 120);
}
