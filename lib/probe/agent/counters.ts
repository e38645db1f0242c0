import { readFileSync } from "node:fs";

/** Counts datagrams of this network namespace that were dropped because a receive buffer was full; 0 where it cannot be read. */
export function udpReceiveErrors(): number {
  return fromSnmp(textOf("/proc/net/snmp")) + fromSnmp6(textOf("/proc/net/snmp6"));
}

/** Reads RcvbufErrors out of the two `Udp:` lines of /proc/net/snmp. */
export function fromSnmp(text: string): number {
  const [names, values] = text
    .split("\n")
    .filter((line) => line.startsWith("Udp:"))
    .map((line) => line.split(/\s+/));
  return Number(values?.[names?.indexOf("RcvbufErrors") ?? -1] ?? 0);
}

/** Reads Udp6RcvbufErrors out of /proc/net/snmp6. */
export function fromSnmp6(text: string): number {
  return Number(/^Udp6RcvbufErrors\s+(\d+)/m.exec(text)?.[1] ?? 0);
}

/** Counts datagrams to unconnected sockets at a local port of this network namespace that were dropped; 0 where it cannot be read. */
export function droppedDatagrams(port: number): number {
  return dropsAt(port, textOf("/proc/net/udp")) + dropsAt(port, textOf("/proc/net/udp6"));
}

/** Adds up the last column of /proc/net/udp or udp6 for a local port. */
export function dropsAt(port: number, text: string): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, address]) => address?.endsWith(local))
    .reduce((sum, columns) => sum + Number(columns.at(-1)), 0);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
