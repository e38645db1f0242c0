import type { AddressFamily } from "../address-family.ts";
import { isolationMap } from "./policy-rules.ts";

/** Name of the table that holds what network policies demand of a node. */
export const policyTable = "inet network-policy";

/**
 * Writes the part of the table that is the same whatever policies there are. Applied to a namespace that has such a table, it replaces it whole.
 *
 * The forward hook sees every packet between a pod and anyone but its own node, after a Service's address has become a pod's, and after the
 * proxy's own chain there. What a node says to its own pods, and they to it, passes other hooks. A pod's way out is judged on its own node, its
 * way in on the node of the other pod; between pods of one node, both in one go.
 *
 * `ownPlaces` are the `address:port` outside of the node to which it passes on what is meant for itself.
 */
export function policyTableBase(families: AddressFamily[], ownPlaces: string[]): string {
  const maps = families.flatMap((family) =>
    (["egress", "ingress"] as const).map(
      (direction) => `map ${isolationMap(direction, family)} { type ${family.addressType} : verdict; }`,
    ),
  );
  const own = ownPlaces.map((place) => {
    const [address, port] = place.split(":");
    return `ct status dnat ip daddr ${address} tcp dport ${port} accept`;
  });
  const rules = [
    "ct state established,related accept",
    ...own,
    ...families.map((family) => `${family.keyword} saddr vmap @${isolationMap("egress", family)}`),
    ...families.map((family) => `${family.keyword} daddr vmap @${isolationMap("ingress", family)}`),
  ];
  return `table ${policyTable} { }
delete table ${policyTable}
table ${policyTable} {
  ${maps.join("\n  ")}

  chain forward {
    type filter hook forward priority filter; policy accept
    ${rules.join("\n    ")}
  }
}
`;
}
