import type { LabCluster } from "../../model.ts";

/** What nft calls one family of addresses. */
export interface AddressFamily {
  keyword: "ip" | "ip6";
  addressType: "ipv4_addr" | "ipv6_addr";
  /** Says whether an address or a range is of this family. */
  has(text: string): boolean;
}

const families: AddressFamily[] = [
  { keyword: "ip", addressType: "ipv4_addr", has: (text) => !text.includes(":") },
  { keyword: "ip6", addressType: "ipv6_addr", has: (text) => text.includes(":") },
];

/** Lists the families in which a cluster's pods have addresses. */
export function familiesOf({ podCidr }: Pick<LabCluster, "podCidr">): AddressFamily[] {
  return families.filter(({ has }) => has(podCidr));
}
