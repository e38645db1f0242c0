import { isIPv6 } from "node:net";

/** A family of IP addresses. */
export type Family = "IPv4" | "IPv6";

export const families: readonly Family[] = ["IPv4", "IPv6"];

/** Tells the family of an IP literal; what is no IPv6 literal is taken for IPv4. */
export function familyOf(address: string): Family {
  return isIPv6(address) ? "IPv6" : "IPv4";
}
