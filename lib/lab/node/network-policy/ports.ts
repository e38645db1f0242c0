import type { PolicyPort } from "./policy-spec.ts";
import type { NamedPort } from "./policy-world.ts";

interface PortRange {
  first: number;
  last: number;
}

const everyPort: PortRange = { first: 0, last: 65_535 };

/**
 * Writes the nft conditions that a rule's ports stand for, one per protocol: `meta l4proto tcp th dport { 80, 8000-8010 }`. Names mean the
 * ports of the one pod that traffic goes to; a name that it does not have means nothing. No ports are no condition: one empty text.
 */
export function portConditions(ports: PolicyPort[], named: NamedPort[]): string[] {
  if (ports.length === 0) return [""];
  const ranges = Map.groupBy(
    ports.flatMap((port) => rangesOf(port, named).map((range) => ({ protocol: protocolOf(port), range }))),
    ({ protocol }) => protocol,
  );
  return [...ranges].map(([protocol, found]) => {
    const merged = merge(found.map(({ range }) => range));
    const isEvery = merged[0]?.first === everyPort.first && merged[0].last === everyPort.last;
    return `meta l4proto ${protocol}${isEvery ? "" : ` th dport { ${merged.map(rangeText).join(", ")} }`}`;
  });
}

/** Lists the ports that names stand for on one pod, as `tcp . 8080`. */
export function namedPortElements(ports: PolicyPort[], named: NamedPort[]): string[] {
  return ports
    .filter(({ port }) => typeof port === "string")
    .flatMap((port) => rangesOf(port, named).map(({ first }) => `${protocolOf(port)} . ${first}`));
}

function protocolOf({ protocol = "TCP" }: PolicyPort): string {
  return protocol.toLowerCase();
}

function rangesOf({ protocol = "TCP", port, endPort }: PolicyPort, named: NamedPort[]): PortRange[] {
  if (port === undefined) return [everyPort];
  if (typeof port === "number") return [{ first: port, last: endPort ?? port }];
  return named
    .filter((one) => one.name === port && one.protocol === protocol)
    .map((one) => ({ first: one.port, last: one.port }));
}

/** Puts ranges in order and makes one of those that touch: nft refuses elements that overlap. */
function merge(ranges: PortRange[]): PortRange[] {
  const merged: PortRange[] = [];
  for (const { first, last } of ranges.toSorted((one, other) => one.first - other.first)) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else merged.push({ first, last });
  }
  return merged;
}

function rangeText({ first, last }: PortRange): string {
  return first === last ? String(first) : `${first}-${last}`;
}
