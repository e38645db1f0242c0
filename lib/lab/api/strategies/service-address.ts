import { randomInt } from "node:crypto";
import { addressAt, cidrContains, cidrSize, parseAddress, parseCidr } from "../../../base/address.ts";
import { invalidValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import type { Fields, StrategyContext } from "./strategy.ts";

/**
 * Gives a service its cluster address: the one it asks for, or a free one from the upper part of the range, which leaves the
 * lower part to those who ask.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
 */
export function allocateServiceAddress(spec: Fields, { list, serviceCidr }: StrategyContext): FieldError[] {
  if (spec.type === "ExternalName") return [];
  const asked: string | undefined = spec.clusterIP || spec.clusterIPs?.[0];
  const holders = list("services").filter((service) => service["spec"].clusterIP !== "None");
  const taken = new Set(holders.map((service) => service["spec"].clusterIP as string));
  const isNew = spec.clusterIPs?.[0] !== spec.clusterIP || !taken.has(spec.clusterIP);
  if (asked && asked !== "None" && isNew) {
    const refused = (why: string) => [
      invalidValue("spec.clusterIPs", [asked], `failed to allocate IP ${asked}: ${why}`),
    ];
    const address = parseAddress(asked);
    if (address === undefined || !cidrContains(range(serviceCidr), { first: address, prefixLength: 32 })) {
      return refused(`the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${serviceCidr}`);
    }
    if (taken.has(asked)) return refused("provided IP is already allocated");
  }
  spec.clusterIP = asked ?? freeAddress(serviceCidr, taken);
  spec.clusterIPs = [spec.clusterIP];
  spec.ipFamilies ??= ["IPv4"];
  spec.ipFamilyPolicy ??= "SingleStack";
  return [];
}

function freeAddress(cidr: string, taken: ReadonlySet<string>): string {
  const network = range(cidr);
  const size = cidrSize(network);
  const lower = Math.min(Math.max(16, Math.floor(size / 16)), 256, Math.floor(size / 2));
  const first = randomInt(lower, size - 1);
  for (let step = 0; step < size - 2; step += 1) {
    const address = addressAt(network, ((first - 1 + step) % (size - 2)) + 1);
    if (!taken.has(address)) return address;
  }
  throw new Error(`the service network ${cidr} has no free address`);
}

function range(cidr: string): NonNullable<ReturnType<typeof parseCidr>> {
  const network = parseCidr(cidr);
  if (!network) throw new RangeError(`not an IPv4 network: ${cidr}`);
  return network;
}
