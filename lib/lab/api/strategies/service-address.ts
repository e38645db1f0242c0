import { randomInt } from "node:crypto";
import { addressAt, cidrSize, parseAddressRange, parseCidr, rangeHolds } from "../../../base/address.ts";
import { familyOf } from "../../../base/family.ts";
import type { Family } from "../../../base/family.ts";
import { invalidValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import type { Fields, StrategyContext } from "./strategy.ts";

/** An IPv6 range has more addresses than a search needs. */
const mostSearched = 2n ** 20n;

/**
 * Gives a service a cluster address of each of its families: those it asks for, or free ones from the upper part of the range, which leaves
 * the lower part to those who ask. `before` is empty for a new service.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
 */
export function allocateServiceAddresses(
  spec: Fields,
  before: Fields,
  { list, serviceCidrs }: StrategyContext,
): FieldError[] {
  if (spec.clusterIP === "None") return [];
  const asked: string[] = spec.clusterIPs ?? [];
  const kept: string[] = before.clusterIPs ?? [];
  const taken = new Set<string>(list("services").flatMap((service) => service["spec"].clusterIPs ?? []));
  for (const address of asked.filter((one) => !kept.includes(one))) {
    const why = refusal(address, cidrOf(serviceCidrs, familyOf(address)), taken);
    if (why !== undefined) {
      return [invalidValue("spec.clusterIPs", asked, `failed to allocate IP ${address}: ${why}`)];
    }
  }
  const wanted: Family[] = spec.ipFamilies;
  spec.clusterIPs = wanted.map((family, index) => asked[index] ?? freeAddress(cidrOf(serviceCidrs, family), taken));
  spec.clusterIP = spec.clusterIPs[0];
  return [];
}

function refusal(address: string, cidr: string, taken: ReadonlySet<string>): string | undefined {
  const range = parseAddressRange(cidr);
  if (range === undefined || !rangeHolds(range, address)) {
    return `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${cidr}`;
  }
  return taken.has(address) ? "provided IP is already allocated" : undefined;
}

function freeAddress(cidr: string, taken: ReadonlySet<string>): string {
  const network = parseCidr(cidr);
  if (!network) throw new RangeError(`not a network: ${cidr}`);
  const whole = cidrSize(network);
  const size = Number(whole < mostSearched ? whole : mostSearched);
  const lower = Math.min(Math.max(16, Math.floor(size / 16)), 256, Math.floor(size / 2));
  const first = randomInt(lower, size - 1);
  for (let step = 0; step < size - 2; step += 1) {
    const address = addressAt(network, ((first - 1 + step) % (size - 2)) + 1);
    if (!taken.has(address)) return address;
  }
  throw new Error(`the service network ${cidr} has no free address`);
}

function cidrOf(cidrs: string[], family: Family): string {
  return cidrs.find((cidr) => familyOf(cidr) === family) ?? "";
}
