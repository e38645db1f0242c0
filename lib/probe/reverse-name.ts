import { isIPv4, isIPv6 } from "node:net";

/** Makes the name whose PTR record names an address; any other text comes back unchanged. @see RFC 1035 3.5, RFC 3596 2.5 */
export function reverseName(name: string): string {
  if (isIPv4(name)) return `${name.split(".").toReversed().join(".")}.in-addr.arpa`;
  if (isIPv6(name)) return `${Array.from(hexDigits(name)).toReversed().join(".")}.ip6.arpa`;
  return name;
}

function hexDigits(address: string): string {
  const [head = "", tail] = hexGroupsOnly(address).split("::");
  const before = groupsOf(head);
  const after = groupsOf(tail ?? "");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].map((group) => group.padStart(4, "0")).join("");
}

function groupsOf(part: string): string[] {
  return part === "" ? [] : part.split(":");
}

/** Drops a zone and writes a trailing dotted quad as two groups. */
function hexGroupsOnly(address: string): string {
  return address.replace(/%.*/, "").replace(/\d+\.\d+\.\d+\.\d+$/, (quad) => {
    const [a = 0, b = 0, c = 0, d = 0] = quad.split(".").map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}
