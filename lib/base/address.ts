import { isIPv6 } from "node:net";
import { familyOf, type Family } from "./family.ts";

/** A range of addresses of one family that a prefix names. `first` is its lowest address as a number. */
export interface Cidr {
  family: Family;
  first: bigint;
  prefixLength: number;
}

/** Addresses of one family in a row, as numbers; both ends belong to it. */
export interface AddressRange {
  family: Family;
  first: bigint;
  last: bigint;
}

const addressBits = { IPv4: 32, IPv6: 128 } as const;

/** Reads `10.0.0.0/16` or `fd00:10::/56`. Undefined when it is no range, or when bits below the prefix are set. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = "", length = "", ...rest] = text.split("/");
  const first = parseAddress(address);
  const family = familyOf(address);
  if (first === undefined || rest.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const cidr = { family, first, prefixLength: Number(length) };
  return cidr.prefixLength <= addressBits[family] && first % cidrSize(cidr) === 0n ? cidr : undefined;
}

/** Reads `10.0.0.1-10.0.0.9`, or all addresses of `10.0.0.0/28`. Undefined when it is neither, or ends before it begins. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const cidr = parseCidr(text);
  if (cidr !== undefined) return { family: cidr.family, first: cidr.first, last: cidr.first + cidrSize(cidr) - 1n };
  const ends = text.split("-").map((end) => end.trim());
  const [first, last] = ends.map(parseAddress);
  if (first === undefined || last === undefined || ends.length > 2 || last < first) return undefined;
  const families = ends.map(familyOf);
  return families[0] === families[1] ? { family: familyOf(text), first, last } : undefined;
}

/** Says whether an address literal lies in a range. */
export function rangeHolds(range: AddressRange, address: string): boolean {
  const number = familyOf(address) === range.family ? parseAddress(address) : undefined;
  return number !== undefined && range.first <= number && number <= range.last;
}

/** Reads an address literal of either family as a number; undefined when it is none. */
export function parseAddress(text: string): bigint | undefined {
  if (text.includes(":")) return isIPv6(text) && !text.includes("%") ? parseGroups(text) : undefined;
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  return parts.reduce((number, part) => number * 256n + BigInt(part), 0n);
}

function parseGroups(text: string): bigint {
  const [, head = text, dotted] = /^(.*:)(\d+\.[\d.]+)$/.exec(text) ?? [];
  const low = dotted === undefined ? undefined : (parseAddress(dotted) ?? 0n);
  const hex = low === undefined ? head : `${head}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
  const [left = [], right = []] = hex.split("::").map((side) => side.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].reduce((number, group) => (number << 16n) + BigInt(`0x${group}`), 0n);
}

/** Writes a number as an address literal; an IPv6 one in its one canonical form. @see https://www.rfc-editor.org/rfc/rfc5952 */
export function formatAddress(address: bigint, family: Family): string {
  if (family === "IPv4") return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(16 * (7 - index))) & 0xffffn).toString(16),
  );
  const text = groups.join(":");
  const zeros = [...text.matchAll(/\b0(:0)+\b/g)].map(([run]) => run);
  const longest = zeros.reduce((best, run) => (run.length > best.length ? run : best), "");
  return longest === "" ? text : text.replace(new RegExp(`(^|:)${longest}(:|$)`), "::");
}

/** Writes a range as `10.0.0.0/16`. */
export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr.first, cidr.family)}/${cidr.prefixLength}`;
}

/** Counts the addresses of a range, the first and the last included. */
export function cidrSize({ family, prefixLength }: Cidr): bigint {
  return 2n ** BigInt(addressBits[family] - prefixLength);
}

/** Gives the address `index` places after the first. Throws RangeError outside of the range. */
export function addressAt(cidr: Cidr, index: number | bigint): string {
  if (index < 0 || index >= cidrSize(cidr)) throw new RangeError(`${formatCidr(cidr)} has no address ${index}`);
  return formatAddress(cidr.first + BigInt(index), cidr.family);
}

/** Gives the `index`th range of `prefixLength` inside a range. Throws RangeError when it does not fit. */
export function subnetAt(cidr: Cidr, prefixLength: number, index: number): Cidr {
  const size = 2n ** BigInt(Math.max(0, addressBits[cidr.family] - prefixLength));
  const subnet = { family: cidr.family, first: cidr.first + BigInt(index) * size, prefixLength };
  if (index < 0 || prefixLength < cidr.prefixLength || !cidrContains(cidr, subnet)) {
    throw new RangeError(`${formatCidr(cidr)} has no /${prefixLength} number ${index}`);
  }
  return subnet;
}

/** Says whether two ranges share an address. */
export function cidrsOverlap(one: Cidr, other: Cidr): boolean {
  return (
    one.family === other.family && one.first < other.first + cidrSize(other) && other.first < one.first + cidrSize(one)
  );
}

/** Says whether all addresses of `inner` lie in `outer`. */
export function cidrContains(outer: Cidr, inner: Cidr): boolean {
  return (
    outer.family === inner.family &&
    inner.first >= outer.first &&
    inner.first + cidrSize(inner) <= outer.first + cidrSize(outer)
  );
}
