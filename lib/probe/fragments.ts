import { readFileSync } from "node:fs";
import type { Family } from "../base/family.ts";

/** Fragments of this network namespace, since it began. */
export interface FragmentCounters {
  /** That its own kernel made of datagrams or, where the interface took none of them, tried to make. */
  made: number;
  /** That arrived. */
  received: number;
}

/** Reads the counters of a family; undefined where the kernel does not tell. */
export function readFragments(family: Family): FragmentCounters | undefined {
  return family === "IPv4" ? fragmentsOfSnmp(textOf("/proc/net/snmp")) : fragmentsOfSnmp6(textOf("/proc/net/snmp6"));
}

/** Reads the two `Ip:` lines of /proc/net/snmp. */
export function fragmentsOfSnmp(text: string): FragmentCounters | undefined {
  const [names = [], values = []] = text
    .split("\n")
    .filter((line) => line.startsWith("Ip:"))
    .map((line) => line.split(/\s+/));
  const at = (name: string) => Number(values[names.indexOf(name)] ?? Number.NaN);
  return complete({ made: at("FragCreates") + at("FragFails"), received: at("ReasmReqds") });
}

/** Reads /proc/net/snmp6. */
export function fragmentsOfSnmp6(text: string): FragmentCounters | undefined {
  const at = (name: string) => Number(new RegExp(`^${name}\\s+(\\d+)`, "m").exec(text)?.[1] ?? Number.NaN);
  return complete({ made: at("Ip6FragCreates") + at("Ip6FragFails"), received: at("Ip6ReasmReqds") });
}

/** Whether datagrams of this network namespace are marked not to be fragmented by others; false where that is not known. */
export function forbidsFragments(family: Family): boolean {
  // Over IPv6 nobody but the sender fragments.
  return family === "IPv6" || textOf("/proc/sys/net/ipv4/ip_no_pmtu_disc").trim() === "0";
}

function complete(counters: FragmentCounters): FragmentCounters | undefined {
  return Object.values(counters).every(Number.isInteger) ? counters : undefined;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
