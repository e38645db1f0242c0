import type { Outcome } from "../probe/outcome.ts";
import type { PathResult } from "../report/path-result.ts";
import type { Way } from "./way.ts";

/** A pod, as a packet knows it. */
export interface Pod {
  cluster: string;
  node: string;
  name: string;
}

/** One packet of a made-up world, and what a fault does with it. */
export interface Packet {
  from: Pod;
  to: Pod;
  /** False for the packet that answers. */
  asks: boolean;
  transport: "tcp" | "udp";
  port: number;
  bytes: number;
}

/** What is broken in a made-up world. */
export interface Broken {
  /** How the attempt ends that sends this packet; undefined when it passes. */
  packet?(packet: Packet, random: () => number): Outcome | undefined;
  /** The backends to which a node leads the asker of a Service; default: all. */
  backends?(service: string, asker: Pod, pods: Pod[]): Pod[];
  /** How an attempt ends that asks for a Service from here; undefined when it passes. */
  service?(service: string, asker: Pod, transport: "tcp" | "udp"): Outcome | undefined;
  /** How a question to this server ends. */
  dns?(server: Pod, transport: "tcp" | "udp"): Outcome | undefined;
  /** How a look-up of a short name ends. */
  search?(asker: Pod): Outcome | undefined;
}

export interface World {
  clusters: { name: string; nodes: string[] }[];
  broken: Broken[];
  seed?: number;
}

/** Asks everything that a run would ask in a made-up world, without the network. */
export function matrixOf({ clusters, broken, seed = 1 }: World): PathResult[] {
  const random = pseudoRandom(seed);
  const paths: PathResult[] = [];
  const pods = (role: string, of: World["clusters"][number]) =>
    of.nodes.map((node): Pod => ({ cluster: of.name, node, name: role }));

  for (const source of clusters)
    for (const target of clusters)
      for (const from of pods("client", source))
        for (const to of pods("echo", target)) {
          const scenario = source !== target ? "across-clusters" : from.node === to.node ? "same-node" : "across-nodes";
          for (const bytes of [64, 8192])
            for (const protocol of protocols)
              ask({
                scenario: `pod-to-pod/${scenario}`,
                variant: `${protocol.name}-${bytes === 64 ? "small" : "8k"}`,
                from,
                to,
                protocol: protocol.text,
                way: {
                  rung: "pod",
                  port: protocol.podPort,
                  bytes,
                  toNode: to.node,
                  backends: [to],
                  eachBackend: false,
                },
              });
        }

  for (const cluster of clusters) {
    const echoes = pods("echo", cluster);
    const servers = cluster.nodes.slice(0, 2).map((node): Pod => ({ cluster: cluster.name, node, name: "dns-server" }));
    const service = (name: string) => ({ cluster: cluster.name, name });
    for (const from of pods("client", cluster)) {
      for (const [scenario, name, each] of [
        ["services/cluster-address", "echo", false],
        ["services/target-port", "echo-numbered", false],
        ["services/every-backend", "echo", true],
        ["services/name", "echo", false],
      ] as const)
        for (const protocol of protocols)
          ask({
            scenario,
            variant: `${protocol.name}-${name}`,
            from,
            to: service(name),
            protocol: protocol.text,
            way: {
              rung: scenario === "services/name" ? "name" : "cluster-address",
              port: protocol.servicePort,
              bytes: 64,
              service: `run/${name}`,
              backends: echoes,
              eachBackend: each,
              ...(scenario === "services/name" ? { looksUp: "echo" } : {}),
            },
            servers,
          });
      for (const transport of ["udp", "tcp"] as const) {
        for (const server of servers)
          ask({
            scenario: "service-dns/each-server",
            variant: transport,
            from,
            to: server,
            protocol: `${transport}/dns`,
            way: {
              rung: "dns",
              port: 53,
              backends: [],
              eachBackend: false,
              dnsServer: server,
              looksUp: "echo.run.svc.cluster.local",
            },
            servers: [server],
          });
        for (const name of ["echo", "echo.run.svc.cluster.local"])
          ask({
            scenario: "service-dns/name-forms",
            variant: `${name}-${transport}`,
            from,
            to: service("echo"),
            protocol: `${transport}/dns`,
            way: { rung: "dns", port: 53, service: "run/echo", backends: [], eachBackend: false, looksUp: name },
            servers,
          });
      }
    }
  }
  return paths;

  function ask(asked: Asked): void {
    const outcomes: Outcome[] = [];
    const answeredBy: Pod[] = [];
    const count = asked.way.eachBackend ? 9 + 12 * asked.way.backends.length : 9;
    for (let attempt = 0; attempt < count; attempt++) {
      const { outcome, by } = attemptOf(asked, broken, random);
      outcomes.push(outcome);
      if (by) answeredBy.push(by);
    }
    paths.push(resultOf(asked, outcomes, answeredBy));
  }
}

interface Asked {
  scenario: string;
  variant: string;
  from: Pod;
  to: { cluster: string; node?: string; name: string };
  protocol: string;
  way: Omit<Way, "denial">;
  servers?: Pod[];
}

const protocols = [
  { name: "http", text: "tcp/http", podPort: 8080, servicePort: 80 },
  { name: "tcp", text: "tcp", podPort: 8081, servicePort: 81 },
  { name: "udp", text: "udp", podPort: 8082, servicePort: 82 },
];

function attemptOf(
  { from, way, protocol, servers = [] }: Asked,
  broken: Broken[],
  random: () => number,
): { outcome: Outcome; by?: Pod } {
  const transport = protocol.startsWith("udp") ? "udp" : "tcp";
  const any = (pods: Pod[]) => pods[Math.floor(random() * pods.length)];
  const first = <T>(read: (each: Broken) => T | undefined): T | undefined => {
    for (const each of broken) {
      const told = read(each);
      if (told !== undefined) return told;
    }
    return undefined;
  };
  const exchange = (to: Pod, packet: Pick<Packet, "transport" | "port" | "bytes">) =>
    first((each) => each.packet?.({ from, to, asks: true, ...packet }, random)) ??
    first((each) => each.packet?.({ from: to, to: from, asks: false, ...packet }, random));

  if (way.looksUp !== undefined) {
    const server = any(servers);
    const dnsTransport = way.rung === "dns" ? transport : "udp";
    const failure =
      (server &&
        (exchange(server, { transport: dnsTransport, port: 53, bytes: 100 }) ??
          first((each) => each.dns?.(server, dnsTransport)))) ??
      (way.looksUp.includes(".") ? undefined : first((each) => each.search?.(from)));
    if (failure) return { outcome: failure };
    if (way.rung === "dns") return { outcome: "answered" };
  }
  const { service } = way;
  const refused = service === undefined ? undefined : first((each) => each.service?.(service, from, transport));
  if (refused) return { outcome: refused };
  const known =
    service === undefined
      ? way.backends
      : (first((each) => each.backends?.(service, from, way.backends)) ?? way.backends);
  const backend = any(known);
  if (!backend) return { outcome: "refused" };
  const port = protocols.find(({ text }) => text === protocol)?.podPort ?? 0;
  const failure = exchange(backend, { transport, port, bytes: way.bytes ?? 64 });
  return failure ? { outcome: failure } : { outcome: "answered", by: backend };
}

function resultOf(
  { scenario, variant, from, to, protocol, way }: Asked,
  outcomes: Outcome[],
  answeredBy: Pod[],
): PathResult {
  const good = answeredBy.filter(
    (pod) => way.backends.length === 0 || way.backends.some((backend) => isSame(backend, pod)),
  );
  const isDns = way.rung === "dns";
  const asExpected = isDns ? outcomes.filter((outcome) => outcome === "answered").length : good.length;
  const missing = way.backends.find((backend) => !answeredBy.some((pod) => isSame(pod, backend)));
  const isPassed = asExpected === outcomes.length && !(way.eachBackend && missing);
  const bad = outcomes.findLast((outcome) => outcome !== "answered");
  const stranger = answeredBy.find((pod) => !way.backends.some((backend) => isSame(backend, pod)));
  const saw = stranger
    ? `an answer from ${placeOf(stranger)}`
    : missing && asExpected === outcomes.length
      ? `no answer from ${placeOf(missing)} in 9 answers`
      : (bad ?? "answered");
  const unexpected = bad ?? (stranger ? "answered" : undefined);
  return {
    id: [scenario, from.cluster, from.node, from.name, to.cluster, to.node ?? "", to.name, variant].join("/"),
    scenario,
    suite: scenario.split("/")[0] ?? "",
    claim: scenario,
    group: `${from.cluster} -> ${to.cluster}`,
    title: `${placeOf(from)} -> ${to.name} ${variant}`,
    from,
    to,
    protocol,
    verdict: isPassed ? "passed" : "failed",
    flap: false,
    outcome: outcomes.at(-1) ?? "answered",
    expected: "an answer",
    saw,
    way: { ...way, denial: false, fromNode: from.node, family: "IPv4" },
    attempts: {
      total: outcomes.length,
      asExpected,
      ...(unexpected
        ? { lastUnexpected: { outcome: unexpected, asExpected: false, startedAtMs: 0, durationMs: 1 } }
        : {}),
    },
    timings: { totalMs: 1 },
  };
}

function isSame(one: Pod, other: Pod): boolean {
  return one.cluster === other.cluster && one.node === other.node && one.name === other.name;
}

function placeOf({ cluster, node, name }: Pod): string {
  return `${cluster}/${node}/${name}`;
}

/** The same numbers for the same seed. */
function pseudoRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
