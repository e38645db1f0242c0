import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Family } from "../../base/family.ts";
import { agentPorts, type Probe } from "../../probe/probe.ts";
import type { Confirmation, Confirmed, PodName } from "../../report/path-result.ts";
import { outcomeCounts } from "./attempt-counts.ts";
import { sawText } from "../expect/expect.ts";
import type { Pod } from "../place.ts";
import { addressType, dns, http, tcp, udp } from "../probes.ts";
import type { Sighting } from "../question.ts";
import type { ClusterView, NamespaceOf } from "../world.ts";

export interface ConfirmOptions {
  /** The clusters as they are over a family, or over their first one. */
  clustersOver(family?: Family): readonly ClusterView[];
  /** As agents do; rejects for nothing. Probes that the signal cuts short are `not-run`. */
  ask(from: Pod, probes: Probe[], signal: AbortSignal): Promise<Sighting[]>;
  /** Ends what has not been asked. */
  signal: AbortSignal;
  /** Between two rounds of questions of one kind. Default 700. */
  pauseMs?: number;
}

/** More questions than these are not asked. */
export const mostConfirmations = 24;
/** All of them together. */
const limitMs = 14_000;
const questionTimeoutMs = 1_500;
const mtuTimeoutMs = 4_500;
const inARound = 3;
const rounds = 2;
const datagrams = 10;
/** Of the kubelet and of kube-proxy's health. What does not listen there refuses. */
const nodePorts = [10_250, 10_256];

/**
 * Asks what tells causes apart, all at once but for measurements that would disturb one another. Gives one answer per question, in their
 * order; never rejects: what could not be asked says so.
 */
export async function confirm(asked: readonly Confirmation[], options: ConfirmOptions): Promise<Confirmed[]> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(limitMs)]);
  const within = { ...options, signal };
  const few = asked.slice(0, mostConfirmations);
  const isMtu = ({ kind }: Confirmation) => kind === "path-mtu";
  const quick = few.filter((one) => !isMtu(one)).map(async (one) => [one, await confirmOne(one, within)] as const);
  const told = new Map(await Promise.all(quick));
  // Their counters tell nothing while other large datagrams are on their way.
  const measured = await oneByOnePerPod(few.filter(isMtu), (one) => confirmOne(one, within));
  return few.map((one) => told.get(one) ?? measured.get(one) ?? nothing(one, "it was not asked"));
}

/** Runs side by side what has no pod in common. */
async function oneByOnePerPod(
  asked: readonly Confirmation[],
  run: (one: Confirmation) => Promise<Confirmed>,
): Promise<Map<Confirmation, Confirmed>> {
  const lastOf = new Map<string, Promise<void>>();
  const done = asked.map(async (one) => {
    const pods = [one.from, ...("to" in one && "name" in one.to ? [one.to] : [])].map((pod) => JSON.stringify(pod));
    const before = Promise.all(pods.flatMap((pod) => lastOf.get(pod) ?? []));
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const pod of pods) lastOf.set(pod, promise);
    await before;
    const confirmed = await run(one);
    resolve();
    return [one, confirmed] as const;
  });
  return new Map(await Promise.all(done));
}

async function confirmOne(one: Confirmation, options: ConfirmOptions): Promise<Confirmed> {
  if (options.signal.aborted) return nothing(one, "no time was left");
  try {
    return await asking[one.kind](one as never, options);
  } catch (error) {
    return nothing(one, error instanceof Error ? error.message : "an unknown error");
  }
}

type Of<K extends Confirmation["kind"]> = Extract<Confirmation, { kind: K }>;

const asking: { [K in Confirmation["kind"]]: (one: Of<K>, options: ConfirmOptions) => Promise<Confirmed> } = {
  async reach(one, options) {
    const [from, to] = [podOf(one.from, options, one.family), podOf(one.to, options, one.family)];
    const sizes = { payloadBytes: one.bytes, timeoutMs: questionTimeoutMs };
    const probe = { http, tcp, udp }[one.protocol](to.address, sizes);
    const expected = (sighting: Sighting) => sighting.identity?.uid === to.uid;
    return counted(one, await inRounds(from, [probe], options), expected);
  },

  async "path-mtu"(one, options) {
    const [from, to] = [podOf(one.from, options, one.family), podOf(one.to, options, one.family)];
    const probe = { kind: "path-mtu", host: to.address, port: agentPorts.udp, timeoutMs: mtuTimeoutMs } as const;
    const [sighting] = await options.ask(from, [probe], options.signal);
    const { thereBytes, backBytes } = sighting?.pathMtu ?? {};
    if (!sighting || (thereBytes === undefined && backBytes === undefined))
      return {
        ...nothing(one, sighting ? sawText(sighting) : "no answer"),
        outcomes: outcomeCounts(sighting ? [sighting] : []),
      };
    const both =
      thereBytes === undefined || backBytes === undefined ? {} : { mtuBytes: Math.min(thereBytes, backBytes) };
    const text = (bytes: number | undefined) => (bytes === undefined ? "not measured" : `${bytes} bytes`);
    return {
      confirmation: one,
      outcomes: outcomeCounts([sighting]),
      ...both,
      ...(thereBytes === undefined ? {} : { thereBytes }),
      ...(backBytes === undefined ? {} : { backBytes }),
      saw: `largest IP packet in one piece: there ${text(thereBytes)}, back ${text(backBytes)}`,
    };
  },

  async arrival(one, options) {
    const [from, to] = [podOf(one.from, options, one.family), podOf(one.to, options, one.family)];
    const nonces = Array.from({ length: datagrams }, () => randomUUID());
    const probes = nonces.map((nonce) => ({ ...udp(to.address, { timeoutMs: questionTimeoutMs }), nonce }));
    const sightings = await options.ask(from, probes, options.signal);
    const sent = sightings.filter(({ outcome }) => outcome !== "not-run").length;
    const [told] = await options.ask(to, [{ kind: "arrivals", nonces, timeoutMs: questionTimeoutMs }], options.signal);
    const answered = sightings.filter(({ outcome }) => outcome === "answered").length;
    const arrived = told?.arrived?.length;
    return {
      confirmation: one,
      outcomes: outcomeCounts(sightings),
      sent,
      ...(arrived === undefined ? {} : { arrived }),
      saw: `${sent} datagrams sent, ${arrived ?? "nobody knows how many"} arrived, ${answered} answers came back`,
    };
  },

  async node(one, options) {
    const { nodes, controlPlane } = viewOf(one.to.cluster, options);
    const node = [...nodes, ...controlPlane].find((each) => each.node === one.to.node);
    const address = node?.address ?? "";
    if (address === "") throw new Error(`no address of the node ${one.to.node} is known`);
    const questions = nodePorts.map((port) => tcp(address, { port, timeoutMs: questionTimeoutMs }));
    const sightings = await inRounds(podOf(one.from, options), questions, options, 1);
    const isAlive = ({ connectMs, outcome }: Sighting) => connectMs !== undefined || outcome === "refused";
    const alive = sightings.filter(isAlive).length;
    const saw = `the node answers or refuses ${alive} of ${sightings.length} times at the ports ${nodePorts.join(" and ")}`;
    const seen = sightings.map((each) =>
      isAlive(each) && each.outcome !== "refused" ? answeredBySomebody(each) : each,
    );
    return { confirmation: one, outcomes: outcomeCounts(seen), saw };
  },

  async dns(one, options) {
    const view = viewOf(one.server.cluster, options);
    const { node, name } = one.server;
    const server = view.dnsServers.find((each) => each.node === node && each.name === name);
    if (!server) throw new Error(`no DNS server ${name} on ${node} is known`);
    const { apiService, domain } = view;
    const probe = {
      ...dns(one.transport, `${apiService.name}.${apiService.namespace}.svc.${domain}`, {
        server: server.address,
        port: server.port,
        type: addressType(apiService.address),
      }),
      timeoutMs: questionTimeoutMs,
    };
    return counted(one, await inRounds(podOf(one.from, options), [probe], options));
  },
};

async function inRounds(from: Pod, probes: Probe[], options: ConfirmOptions, times = inARound): Promise<Sighting[]> {
  const seen: Sighting[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await sleep(options.pauseMs ?? 700);
    const questions = Array.from({ length: times }, () => probes).flat();
    seen.push(...(await options.ask(from, questions, options.signal)));
  }
  return seen;
}

function counted(one: Confirmation, seen: Sighting[], isExpected: (sighting: Sighting) => boolean = () => true) {
  const right = seen.filter((sighting) => sighting.outcome === "answered" && isExpected(sighting)).length;
  const other = seen.findLast((sighting) => sighting.outcome !== "answered" || !isExpected(sighting));
  const rest = other ? `; else ${sawText(other)}` : "";
  return { confirmation: one, outcomes: outcomeCounts(seen), saw: `${right} of ${seen.length} answered${rest}` };
}

function answeredBySomebody(sighting: Sighting): Sighting {
  return { ...sighting, outcome: "answered" };
}

function nothing(confirmation: Confirmation, why: string): Confirmed {
  return { confirmation, outcomes: {}, saw: `nothing: ${why}` };
}

function viewOf(cluster: string, { clustersOver }: ConfirmOptions, family?: Family): ClusterView {
  const found = clustersOver(family).find(({ name }) => name === cluster);
  if (!found) throw new Error(`the cluster ${cluster} is not one of the run${family ? ` over ${family}` : ""}`);
  return found;
}

const namespaces: NamespaceOf[] = ["run", "other", "host"];

function podOf({ cluster, node, name }: PodName, options: ConfirmOptions, family?: Family): Pod {
  const view = viewOf(cluster, options, family);
  const resident = [...view.clients, ...view.echoes, ...view.hosts, ...view.workloads(name)];
  const placed = namespaces.map((namespace) => view.workload(name, namespace));
  const found =
    resident.find((pod) => pod.name === name && pod.node === node && isThere(pod)) ??
    placed.find((pod) => pod.placedOn === node);
  if (!found) throw new Error(`no pod ${name} runs on ${node} of ${cluster}`);
  return found;
}

function isThere(pod: Pod): boolean {
  try {
    return pod.uid !== "";
  } catch {
    return false;
  }
}
