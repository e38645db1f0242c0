import type { Confirmation, PathResult, PodName } from "../report/path-result.ts";
import type { Element } from "./element.ts";
import type { Explanation } from "./explain.ts";
import type { Seen } from "./seen.ts";

const most = 24;
const pairsPerWay = 2;
/** Passes wherever anything does. */
const smallBytes = 64;

/**
 * Lists what tells more about what was found: how many bytes pass where large packets do not, which way packets are lost where both ways
 * look alike, whether a node is there at all, whether the pods behind a Service answer by their own addresses, and which DNS servers answer
 * over which transport. At most 24 questions; none that the matrix answers.
 */
export function confirmationsFor(explanations: readonly Explanation[], all: readonly Seen[]): Confirmation[] {
  return explanations
    .flatMap((explanation) => {
      const failures = explanation.explained.flatMap((index) => all[index] ?? []);
      return [
        ...questionsAbout(explanation, failures),
        ...backendsBehind(explanation, failures, all),
        ...dnsServers(explanation, failures, all),
      ];
    })
    .slice(0, most);
}

/** Whether something that stands between an asker and pods is what a hypothesis is about: then these may answer by themselves. */
export function isInBetween({ kind }: Element): boolean {
  return ["proxy", "service", "backend", "hairpin", "node-port", "load-balancer", "ingress", "mesh"].includes(kind);
}

/** Pods behind what is broken, that nobody asked by their own addresses. */
function backendsBehind(
  { hypothesis: { element } }: Explanation,
  failures: Seen[],
  all: readonly Seen[],
): Confirmation[] {
  if (!isInBetween(element)) return [];
  const known = new Set(
    all.flatMap(({ path, way }) => {
      const [from, to] = [podOf(path.from, way.fromNode), podOf(path.to, way.toNode)];
      return way.rung === "pod" && from && to ? [pairId(from, to)] : [];
    }),
  );
  const questions = failures.flatMap(({ path, way, transport }) => {
    const from = podOf(path.from, way.fromNode);
    return way.backends.flatMap((backend): Confirmation[] => {
      const to = podOf(backend, undefined);
      if (!from || !to || known.has(pairId(from, to))) return [];
      known.add(pairId(from, to));
      const protocol = transport === "udp" ? "udp" : path.protocol === "tcp" ? "tcp" : "http";
      return [{ kind: "reach", from, to, protocol, bytes: smallBytes, ...familyOf(way.family) }];
    });
  });
  return questions.slice(0, 2 * pairsPerWay);
}

function pairId(from: PodName, to: PodName): string {
  return [from, to].map(({ cluster, node, name }) => `${cluster}/${node}/${name}`).join(" ");
}

/** Each server that is known, over each transport that nobody asked it over from there. */
function dnsServers(
  { hypothesis: { element, effect } }: Explanation,
  failures: Seen[],
  all: readonly Seen[],
): Confirmation[] {
  if (!["dns", "dns-server"].includes(element.kind) || !["lost", "refused", "slow"].includes(effect)) return [];
  const from = failures.map(({ path, way }) => podOf(path.from, way.fromNode)).find((pod) => pod !== undefined);
  if (!from) return [];
  const ofCluster = all.filter(({ way }) => way.dnsServer?.cluster === element.cluster);
  const servers = new Map(
    ofCluster.flatMap(({ way: { dnsServer } }) =>
      dnsServer ? [[`${dnsServer.node}/${dnsServer.name}`, dnsServer]] : [],
    ),
  );
  const isKnown = (server: PodName, transport: "udp" | "tcp") =>
    ofCluster.some(
      ({ way, transport: asked, path }) =>
        asked === transport && way.dnsServer?.node === server.node && (way.fromNode ?? path.from.node) === from.node,
    );
  return [...servers.values()].flatMap((server) =>
    (["udp", "tcp"] as const)
      .filter((transport) => !isKnown(server, transport))
      .map((transport): Confirmation => ({ kind: "dns", from, server, transport })),
  );
}

function questionsAbout(
  { hypothesis: { element, effect, restriction } }: Explanation,
  failures: Seen[],
): Confirmation[] {
  const pairs = podPairs(element, failures);
  const family = familyOf(restriction?.text);
  if (effect === "too-large") return pairs.map((pair): Confirmation => ({ kind: "path-mtu", ...pair, ...family }));
  if (effect !== "lost") return [];
  if (isWithoutDirection(element) && restriction?.text !== "tcp" && !restriction?.text.startsWith("port"))
    return pairs.map((pair): Confirmation => ({ kind: "arrival", ...pair, ...family }));
  if (element.kind === "node")
    return pairs
      .slice(0, pairsPerWay)
      .map(({ from, to }): Confirmation => ({ kind: "node", from, to: { cluster: to.cluster, node: to.node } }));
  return [];
}

function familyOf(text: string | undefined): { family?: "IPv4" | "IPv6" } {
  return text === "IPv4" || text === "IPv6" ? { family: text } : {};
}

function isWithoutDirection({ kind, bothWays }: Element): boolean {
  return bothWays === true && (kind === "link" || kind === "clusters");
}

/** A few pairs of pods that did not reach each other, of each direction. */
function podPairs({ cluster, node }: Element, failures: Seen[]): { from: PodName; to: PodName }[] {
  const forth: { from: PodName; to: PodName }[] = [];
  const back: typeof forth = [];
  const known = new Set<string>();
  for (const { path, way } of failures) {
    const from = podOf(path.from, way.fromNode);
    const to = podOf(path.to, way.toNode);
    const name = [from?.cluster, from?.node, to?.cluster, to?.node].join(" ");
    if (way.rung !== "pod" || !from || !to || known.has(name)) continue;
    known.add(name);
    const isForth = from.cluster === cluster && (node === undefined || from.node === node);
    (isForth ? forth : back).push({ from, to });
  }
  return [...forth.slice(0, pairsPerWay), ...back.slice(0, pairsPerWay)];
}

/** Only pods that every node has can be asked and can ask again. */
function podOf({ cluster, node, name }: PathResult["from"], placed: string | undefined): PodName | undefined {
  const on = node ?? placed;
  return on !== undefined && (name === "client" || name === "echo") ? { cluster, node: on, name } : undefined;
}

/** Says in words what was asked. */
export function askedText(confirmation: Confirmation): string {
  const { kind, from } = confirmation;
  const asker = nameOf(from);
  const over = "family" in confirmation && confirmation.family !== undefined ? ` over ${confirmation.family}` : "";
  switch (kind) {
    case "reach": {
      const { to, protocol, bytes } = confirmation;
      return `${asker} -> ${nameOf(to)} ${protocol}, ${bytes} bytes${over}`;
    }
    case "path-mtu":
      return `${asker} -> ${nameOf(confirmation.to)}: the largest packet that passes${over}`;
    case "arrival":
      return `${asker} -> ${nameOf(confirmation.to)}: whether datagrams arrive${over}`;
    case "node":
      return `${asker} -> node ${confirmation.to.cluster}/${confirmation.to.node}: whether its own address answers`;
    case "dns":
      return `${asker} -> DNS server ${nameOf(confirmation.server)} over ${confirmation.transport.toUpperCase()}`;
  }
}

function nameOf({ cluster, node, name }: PodName): string {
  return `${cluster}/${node}/${name}`;
}
