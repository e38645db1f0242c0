import type { PodName } from "../report/path-result.ts";
import { type Element, elementId } from "./element.ts";
import type { Facts } from "./facts.ts";
import type { Seen } from "./seen.ts";

/** That a path goes through an element, and with what. */
export interface Touch {
  element: Element;
  /** Which part of its attempts goes through it; 1 when all do. */
  chance: number;
  /** True when a failure of any of its attempts shows: each of its backends must answer. */
  each: boolean;
  /** True when it may or may not go through it, always the same way: then that it passed says nothing. */
  unsure: boolean;
  transport: "tcp" | "udp" | undefined;
  port: number | undefined;
  bytes: number | undefined;
}

type Packets = Pick<Touch, "transport" | "port" | "bytes">;
interface End {
  cluster: string;
  node: string | undefined;
  name: string;
}

/**
 * Lists what a path goes through on its way to where it must get an answer, and what it asks of DNS before. A path that promises silence goes
 * through nothing for sure, and a question to an API server or a pod's own environment through nothing of the network.
 */
export function touchesOf(seen: Seen, facts: Facts): Touch[] {
  const { way } = seen;
  if (way.denial || way.rung === "api" || way.rung === "environment") return [];
  const asker = askerOf(seen);
  const main = packetsOf(seen, facts);
  const touches: Touch[] = asker
    ? [isHostAsker(seen) ? ofHost(seen, asker, main) : touch(podElement(asker), main)]
    : [];
  if (way.looksUp !== undefined || way.rung === "dns") touches.push(...lookUp(seen, asker, facts));
  if (way.rung === "dns") return touches;
  touches.push(...targetTouches(seen, asker, main));
  return touches;
}

/** The pod that asks; nobody where who asks is in no cluster. */
function askerOf({ path: { from }, way }: Seen): End | undefined {
  const isInCluster = from.cluster !== "" && from.name !== "api";
  return isInCluster ? { cluster: from.cluster, node: way.fromNode ?? from.node, name: from.name } : undefined;
}

/** A pod in its node's own network has the node's address. */
function isHostAsker({ path }: Seen): boolean {
  return path.scenario.startsWith("host-paths/node-to");
}

function hostElement({ cluster, node }: { cluster: string; node: string | undefined }): Element {
  return { kind: "host", cluster, ...(node === undefined ? {} : { node }) };
}

/** What a node does with its own pods says little about what it does with others. */
function ofHost({ path, way }: Seen, asker: End, main: Packets): Touch {
  const targets = way.rung === "pod" ? [{ cluster: path.to.cluster, node: way.toNode ?? path.to.node }] : way.backends;
  const chance = shareOf(targets, ({ cluster, node }) => cluster !== asker.cluster || node !== asker.node);
  return touch(hostElement(asker), main, chance === 0 ? { unsure: true } : { chance, each: way.eachBackend });
}

function packetsOf({ path, way, transport }: Seen, { podPorts }: Facts): Packets {
  const asked = way.rung === "host" ? undefined : podPorts.get(path.protocol);
  return { transport, port: asked ?? way.port, bytes: way.bytes };
}

function lookUp({ path, way }: Seen, asker: End | undefined, facts: Facts): Touch[] {
  if (!asker) return [];
  const isQuestion = way.rung === "dns";
  const packets: Packets = {
    transport: isQuestion && path.protocol.startsWith("tcp") ? "tcp" : "udp",
    port: 53,
    bytes: undefined,
  };
  const servers = facts.dnsServers.get(asker.cluster) ?? [];
  const asked = way.dnsServer ? [way.dnsServer] : servers;
  const spread = { each: false, unsure: false };
  const ofServers = asked.flatMap((server) => [
    touch(dnsServer(server), packets, { ...spread, chance: 1 / asked.length }),
  ]);
  const shared: Element[] = [{ kind: "dns", cluster: asker.cluster }];
  if (asker.node !== undefined && !way.dnsServer)
    shared.push(
      { kind: "resolver", cluster: asker.cluster, node: asker.node },
      { kind: "proxy", cluster: asker.cluster, node: asker.node },
    );
  if (!way.dnsServer) shared.push({ kind: "proxy", cluster: asker.cluster });
  return [
    ...(isQuestion ? [] : [touch(podElement(asker), packets)]),
    ...shared.map((element) => touch(element, packets)),
    ...ofServers,
    ...legs(asker, asked, packets, spread, { withTargets: false }),
  ];
}

function dnsServer({ cluster, node, name }: PodName): Element {
  return { kind: "dns-server", cluster, node, name };
}

function targetTouches(seen: Seen, asker: End | undefined, main: Packets): Touch[] {
  const { path, way } = seen;
  const { to } = path;
  const each = way.eachBackend;
  const unsure = { each, unsure: true };
  const isHost = isHostAsker(seen);
  switch (way.rung) {
    case "pod":
      return asker ? legs(asker, [podTarget(seen)], main, isHost ? unsure : { each, unsure: false }) : [];
    case "host":
      return way.entrance
        ? [
            touch(hostElement(way.entrance), main, { unsure: isOwnNode(asker, way.entrance) }),
            ...fromOutside(seen, way.entrance, main),
          ]
        : [];
    case "cluster-address":
    case "name": {
      if (!asker) return [];
      const ofService = way.headless || isHeadless(seen) ? [] : serviceTouches(seen, asker, main);
      return [...ofService, ...legs(asker, way.backends, main, isHost ? unsure : { each, unsure: false })];
    }
    case "node-port":
      return [
        ...(way.entrance
          ? [
              touch({ kind: "node-port", ...way.entrance }, main),
              touch({ kind: "node-port", cluster: way.entrance.cluster }, main),
              ...fromOutside(seen, way.entrance, main),
            ]
          : []),
        ...ofOwner(seen, main),
        ...beyond(asker, way.entrance ? [{ ...way.entrance, name: "" }, ...way.backends] : way.backends, main, each),
      ];
    case "load-balancer":
      return [
        // A cluster's own pods may be led there without anybody who announces the address.
        touch({ kind: "load-balancer", cluster: to.cluster }, main, { unsure: asker?.cluster === to.cluster }),
        ...ofOwner(seen, main),
        ...beyond(asker, way.backends, main, each),
      ];
    case "ingress":
      return [
        touch({ kind: "ingress", cluster: to.cluster, name: to.name }, main),
        touch({ kind: "load-balancer", cluster: to.cluster }, main, { unsure: true }),
        ...beyond(asker, way.backends, main, each),
      ];
    default:
      return [];
  }
}

/** The way of this machine to a node; agents that stand in for it have their own. */
function fromOutside({ path }: Seen, entrance: { cluster: string; node: string }, main: Packets): Touch[] {
  return path.from.cluster === "" ? [touch({ kind: "outside", ...entrance }, main)] : [];
}

function isOwnNode(asker: End | undefined, { cluster, node }: { cluster: string; node: string }): boolean {
  return asker?.cluster === cluster && asker.node === node;
}

function isHeadless({ path }: Seen): boolean {
  return path.scenario === "services/headless";
}

function podTarget({ path: { to }, way }: Seen): End {
  const [backend] = way.backends;
  return { cluster: to.cluster, node: way.toNode ?? to.node ?? backend?.node, name: to.name };
}

/** The Service belongs to the cluster in which it is asked, wherever its backends are. */
function serviceTouches({ way }: Seen, { cluster, node }: End, main: Packets): Touch[] {
  const elements: Element[] = [{ kind: "proxy", cluster }];
  if (node !== undefined) elements.push({ kind: "proxy", cluster, node });
  if (way.service !== undefined) {
    elements.push({ kind: "service", cluster, name: way.service });
    if (node !== undefined) elements.push({ kind: "service", cluster, node, name: way.service });
  }
  const far = [...new Set(way.backends.map((backend) => backend.cluster))].filter((other) => other !== cluster);
  return [
    ...elements.map((element) => touch(element, main)),
    ...far.map((other) =>
      touch({ kind: "mesh", cluster, to: { cluster: other } }, main, {
        chance: shareOf(way.backends, (backend) => backend.cluster === other),
        each: true,
      }),
    ),
  ];
}

/** A Service that is asked from outside, at a node or at a load balancer. */
function ofOwner({ path, way }: Seen, main: Packets): Touch[] {
  if (way.service === undefined) return [];
  return [touch({ kind: "service", cluster: path.to.cluster, name: way.service }, main)];
}

/** Where nobody knows which node leads on, and with whose address: anything there may be in the way. */
function beyond(asker: End | undefined, targets: readonly End[], main: Packets, each: boolean): Touch[] {
  const spread = { each, unsure: true };
  if (asker) return legs(asker, targets, main, spread);
  return targets.flatMap(({ cluster, node, name }) => [
    ...(name === "" ? [] : [touch(podElement({ cluster, node, name }), main, spread)]),
    ...(node === undefined ? [] : [touch({ kind: "node", cluster, node }, main, spread)]),
  ]);
}

/** What lies between a pod and each of those that may answer it, with the part of all attempts that leads there. */
function legs(
  asker: End,
  targets: readonly End[],
  packets: Packets,
  spread: Pick<Touch, "each" | "unsure">,
  { withTargets = true } = {},
): Touch[] {
  const counts = new Map<string, { element: Element; count: number }>();
  for (const target of targets)
    for (const element of between(asker, target, withTargets)) {
      const id = elementId(element);
      const counted = counts.get(id);
      if (counted) counted.count++;
      else counts.set(id, { element, count: 1 });
    }
  return [...counts.values()].map(({ element, count }) =>
    touch(element, packets, { ...spread, chance: count / targets.length }),
  );
}

function between(asker: End, target: End, withTarget: boolean): Element[] {
  const elements = withTarget && target.name !== "" ? [podElement(target)] : [];
  const isFar = asker.cluster !== target.cluster;
  if (isFar) {
    const ends = { cluster: asker.cluster, to: { cluster: target.cluster } };
    elements.push({ kind: "clusters", ...ends }, { kind: "clusters", ...ends, bothWays: true });
  }
  if (asker.node === undefined || target.node === undefined) return elements;
  const [one, other] = [
    { cluster: asker.cluster, node: asker.node },
    { cluster: target.cluster, node: target.node },
  ];
  if (!isFar && one.node === other.node) return [...elements, { kind: "within-node", ...one }];
  return [
    ...elements,
    { kind: "node", ...one },
    { kind: "node", ...other },
    { kind: "link", ...one, to: other },
    { kind: "link", ...one, to: other, bothWays: true },
  ];
}

function podElement({ cluster, node, name }: End): Element {
  return { kind: "pod", cluster, ...(node === undefined ? {} : { node }), name };
}

function shareOf<T>(all: readonly T[], test: (each: T) => boolean): number {
  return all.length === 0 ? 0 : all.filter(test).length / all.length;
}

function touch(
  element: Element,
  packets: Packets,
  how: Partial<Pick<Touch, "chance" | "each" | "unsure">> = {},
): Touch {
  return { element, chance: 1, each: false, unsure: false, ...packets, ...how };
}
