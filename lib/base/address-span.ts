import { parseAddress } from "./address.ts";
import { familyOf } from "./family.ts";

/** Addresses of one family in a row, as unsigned numbers; both ends belong to it. */
export interface AddressSpan {
  family: "IPv4" | "IPv6";
  first: bigint;
  last: bigint;
}

/**
 * Reads `10.0.0.1-10.0.0.9`, a range such as `fd00::/64`, whose address may lie anywhere in it, or a single address. Undefined when
 * it is none of them or ends before it begins.
 */
export function parseSpan(text: string): AddressSpan | undefined {
  const [address = "", length, ...rest] = text.trim().split("/");
  if (length !== undefined) return rest.length === 0 ? spanOfRange(address, length) : undefined;
  const [first = "", last = first, ...more] = text.split("-").map((end) => end.trim());
  return more.length === 0 ? spanBetween(first, last) : undefined;
}

/** Makes the span from one address to another. Undefined when they are not of one family or in the wrong order. */
export function spanBetween(first: string, last: string): AddressSpan | undefined {
  const [from, to] = [numberOf(first), numberOf(last)];
  if (from === undefined || to === undefined || from.family !== to.family || to.value < from.value) return undefined;
  return { family: from.family, first: from.value, last: to.value };
}

/** Tells whether two spans have an address in common. */
export function spansOverlap(one: AddressSpan, other: AddressSpan): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

function spanOfRange(address: string, length: string): AddressSpan | undefined {
  const number = numberOf(address);
  const bits = number?.family === "IPv4" ? 32 : 128;
  if (!number || !/^\d{1,3}$/.test(length) || Number(length) > bits) return undefined;
  const size = 1n << BigInt(bits - Number(length));
  const first = number.value - (number.value % size);
  return { family: number.family, first, last: first + size - 1n };
}

function numberOf(address: string): { family: AddressSpan["family"]; value: bigint } | undefined {
  const value = parseAddress(address);
  return value === undefined ? undefined : { family: familyOf(address), value };
}
