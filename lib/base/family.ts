import { isIPv6 } from "node:net";

/** A family of IP addresses. */
export type Family = "IPv4" | "IPv6";

export const families: readonly Family[] = ["IPv4", "IPv6"];

/** Tells the family of an IP literal, or of a range by its first one; what is no IPv6 literal is taken for IPv4. */
export function familyOf(text: string): Family {
  const [address = ""] = text.split(/[/-]/, 1);
  return isIPv6(address.trim()) ? "IPv6" : "IPv4";
}
