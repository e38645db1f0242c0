/** An IPv4 range. `first` is its lowest address as an unsigned number. */
export interface Cidr {
  first: number;
  prefixLength: number;
}

/** Reads `10.0.0.0/16`. Undefined when it is no IPv4 range, or when bits below the prefix are set. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = "", length = "", ...rest] = text.split("/");
  const first = parseAddress(address);
  if (first === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length) || Number(length) > 32) return undefined;
  const cidr = { first, prefixLength: Number(length) };
  return first % cidrSize(cidr) === 0 ? cidr : undefined;
}

/** IPv4 addresses in a row, as unsigned numbers; both ends belong to it. */
export interface AddressRange {
  first: number;
  last: number;
}

/** Reads `10.0.0.1-10.0.0.9`, or all addresses of `10.0.0.0/28`. Undefined when it is neither, or ends before it begins. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const cidr = parseCidr(text);
  if (cidr !== undefined) return { first: cidr.first, last: cidr.first + cidrSize(cidr) - 1 };
  const [first, last, ...rest] = text.split("-").map((end) => parseAddress(end.trim()));
  if (first === undefined || last === undefined || rest.length > 0 || last < first) return undefined;
  return { first, last };
}

/** Reads an IPv4 literal as an unsigned number; undefined when it is none. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
}

/** Writes an unsigned number as an IPv4 literal. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** Writes a range as `10.0.0.0/16`. */
export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr.first)}/${cidr.prefixLength}`;
}

/** Counts the addresses of a range, the first and the last included. */
export function cidrSize(cidr: Cidr): number {
  return 2 ** (32 - cidr.prefixLength);
}

/** Gives the address `index` places after the first. Throws RangeError outside of the range. */
export function addressAt(cidr: Cidr, index: number): string {
  if (index < 0 || index >= cidrSize(cidr)) throw new RangeError(`${formatCidr(cidr)} has no address ${index}`);
  return formatAddress(cidr.first + index);
}

/** Gives the `index`th range of `prefixLength` inside a range. Throws RangeError when it does not fit. */
export function subnetAt(cidr: Cidr, prefixLength: number, index: number): Cidr {
  const subnet = { first: cidr.first + index * 2 ** (32 - prefixLength), prefixLength };
  if (index < 0 || prefixLength < cidr.prefixLength || !cidrContains(cidr, subnet)) {
    throw new RangeError(`${formatCidr(cidr)} has no /${prefixLength} number ${index}`);
  }
  return subnet;
}

/** Says whether two ranges share an address. */
export function cidrsOverlap(one: Cidr, other: Cidr): boolean {
  return one.first < other.first + cidrSize(other) && other.first < one.first + cidrSize(one);
}

/** Says whether all addresses of `inner` lie in `outer`. */
export function cidrContains(outer: Cidr, inner: Cidr): boolean {
  return inner.first >= outer.first && inner.first + cidrSize(inner) <= outer.first + cidrSize(outer);
}
