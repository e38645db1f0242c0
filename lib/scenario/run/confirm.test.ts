import { describe, expect, test } from "vitest";
import type { Probe } from "../../probe/probe.ts";
import type { Confirmation } from "../../report/path-result.ts";
import { confirm, type ConfirmOptions, mostConfirmations } from "./confirm.ts";
import { answerOf, silence } from "../fixture.ts";
import { type Pod, placeName } from "../place.ts";
import type { Sighting } from "../question.ts";
import { fullWorld } from "../test-full-world.ts";

const { world, byFamily } = fullWorld("meshgate-1");
const [athens] = world.clusters;
const echo = athens?.echoes[1];
if (!athens || !echo) throw new Error("the world has no echo");

const from = { cluster: "athens", node: "worker", name: "client" };
const to = { cluster: "athens", node: "worker2", name: "echo" };
const reach: Confirmation = { kind: "reach", from, to, protocol: "http", bytes: 8192 };
const pathMtu: Confirmation = { kind: "path-mtu", from, to };

type Answer = (probe: Probe, asker: Pod) => Sighting;

function options(answer: Answer, asked: [Pod, Probe[]][] = []): ConfirmOptions {
  return {
    clustersOver: (family) => (family && byFamily.get(family)?.clusters) ?? world.clusters,
    ask: (asker, probes) => {
      asked.push([asker, probes]);
      return Promise.resolve(probes.map((probe) => answer(probe, asker)));
    },
    signal: new AbortController().signal,
    pauseMs: 0,
  };
}

async function one(confirmation: Confirmation, answer: Answer, asked: [Pod, Probe[]][] = []) {
  const [confirmed, ...rest] = await confirm([confirmation], options(answer, asked));
  if (!confirmed || rest.length > 0) throw new Error("not one answer to one question");
  return confirmed;
}

describe("reach", () => {
  test("asks the pod several times with the protocol, the size and the family", async () => {
    const asked: [Pod, Probe[]][] = [];
    const confirmed = await one({ ...reach, family: "IPv6" }, () => answerOf(echo), asked);
    expect(asked.map(([pod, probes]) => [placeName(pod), probes.length])).toEqual([
      ["athens/worker/client", 3],
      ["athens/worker/client", 3],
    ]);
    expect(asked[0]?.[1][0]).toMatchObject({ kind: "http", host: "fd00:10::10", payloadBytes: 8192 });
    expect(confirmed).toMatchObject({ outcomes: { answered: 6 }, saw: "6 of 6 answered" });
  });

  test("tells how the others ended, and an answer by somebody else is none", async () => {
    let count = 0;
    const flaky = await one(reach, () => (count++ % 2 === 0 ? answerOf(echo) : silence("timeout")));
    expect(flaky).toMatchObject({ outcomes: { answered: 3, timeout: 3 }, saw: "3 of 6 answered; else timeout" });
    const impostor = { ...answerOf(echo), identity: { ...answerOf(echo).identity, uid: "another" } } as Sighting;
    expect((await one(reach, () => impostor)).saw).toMatch(/^0 of 6 answered; else an answer from athens/);
  });
});

describe("path-mtu", () => {
  test("gives the smaller one of both directions", async () => {
    const seen = { ...silence("answered"), pathMtu: { thereBytes: 1414, backBytes: 1500 } };
    expect(await one(pathMtu, () => seen)).toMatchObject({
      mtuBytes: 1414,
      thereBytes: 1414,
      backBytes: 1500,
      saw: "largest IP packet in one piece: there 1414 bytes, back 1500 bytes",
    });
  });

  test("gives no number for both where one direction could not be measured, and none at all without an answer", async () => {
    const half = await one(pathMtu, () => ({ ...silence("answered"), pathMtu: { thereBytes: 1500 } }));
    expect(half).toMatchObject({ thereBytes: 1500 });
    expect(half).not.toHaveProperty("mtuBytes");
    const lost = await one(pathMtu, () => silence("timeout", { detail: "no datagram" }));
    expect(lost).toEqual({ confirmation: pathMtu, outcomes: { timeout: 1 }, saw: "nothing: timeout (no datagram)" });
  });

  test("is not asked of a pod that is still busy with another one, nor beside other questions", async () => {
    const busy = new Set<string>();
    let most = 0;
    const opposite: Confirmation = { kind: "path-mtu", from: to, to: from };
    const elsewhere: Confirmation = {
      kind: "path-mtu",
      from: { ...from, cluster: "hurup" },
      to: { ...to, cluster: "hurup" },
    };
    const confirmed = await confirm([pathMtu, reach, opposite, elsewhere], {
      ...options(() => silence("timeout")),
      async ask(asker, probes) {
        expect(busy.has(asker.cluster)).toBe(false);
        busy.add(asker.cluster);
        most = Math.max(most, busy.size);
        await new Promise((resolve) => setImmediate(resolve));
        busy.delete(asker.cluster);
        return probes.map(() => silence("timeout"));
      },
    });
    expect(most).toBe(2);
    expect(confirmed.map(({ confirmation }) => confirmation)).toEqual([pathMtu, reach, opposite, elsewhere]);
  });
});

test("arrival compares what was sent, what the asked pod has seen, and what came back", async () => {
  const asked: [Pod, Probe[]][] = [];
  const confirmed = await one(
    { kind: "arrival", from, to },
    (probe) =>
      probe.kind === "arrivals" ? { ...silence("answered"), arrived: probe.nonces.slice(0, 7) } : silence("timeout"),
    asked,
  );
  expect(confirmed).toMatchObject({ sent: 10, arrived: 7, outcomes: { timeout: 10 } });
  expect(confirmed.saw).toBe("10 datagrams sent, 7 arrived, 0 answers came back");
  const [sent, looked] = asked;
  expect(looked?.[1]).toMatchObject([
    { kind: "arrivals", nonces: sent?.[1].map((probe) => probe.kind === "udp" && probe.nonce) },
  ]);
  expect([sent?.[0].name, looked?.[0].name]).toEqual(["client", "echo"]);
});

test("an agent that does not tell what arrived leaves the number out", async () => {
  expect(await one({ kind: "arrival", from, to }, () => silence("timeout"))).not.toHaveProperty("arrived");
});

test("a node that refuses is as alive as one that takes connections", async () => {
  const node: Confirmation = { kind: "node", from, to: { cluster: "athens", node: "control-plane" } };
  const alive = await one(node, (probe) =>
    probe.kind === "tcp" && probe.port === 10_250 ? silence("timeout", { connectMs: 1 }) : silence("refused"),
  );
  expect(alive).toMatchObject({ outcomes: { answered: 2, refused: 2 } });
  expect(alive.saw).toBe("the node answers or refuses 4 of 4 times at the ports 10250 and 10256");
  expect((await one(node, () => silence("timeout"))).outcomes).toEqual({ timeout: 4 });
});

test("a DNS server is asked by itself for a name that every cluster has", async () => {
  const asked: [Pod, Probe[]][] = [];
  const server = { cluster: "athens", node: "worker2", name: "dns-server" };
  const confirmed = await one({ kind: "dns", from, server, transport: "tcp" }, () => silence("answered"), asked);
  expect(confirmed.saw).toBe("6 of 6 answered");
  expect(asked[0]?.[1][0]).toMatchObject({
    transport: "tcp",
    server: "10.0.0.53",
    port: 53,
    name: "kubernetes.default.svc.cluster.local",
  });
});

test("what cannot be asked says why, and keeps nothing else from being asked", async () => {
  const nobody: Confirmation = { ...reach, from: { cluster: "nowhere", node: "worker", name: "client" } };
  const [first, second] = await confirm(
    [nobody, reach],
    options(() => answerOf(echo)),
  );
  expect(first).toEqual({
    confirmation: nobody,
    outcomes: {},
    saw: "nothing: the cluster nowhere is not one of the run",
  });
  expect(second?.outcomes).toEqual({ answered: 6 });
  const failing: ConfirmOptions = { ...options(() => answerOf(echo)), ask: () => Promise.reject(new Error("gone")) };
  expect((await confirm([reach], failing))[0]?.saw).toBe("nothing: gone");
});

test("more questions than allowed are not asked, and none once the run is stopped", async () => {
  const many = Array.from({ length: mostConfirmations + 6 }, () => reach);
  expect(
    await confirm(
      many,
      options(() => answerOf(echo)),
    ),
  ).toHaveLength(mostConfirmations);
  const stopped = { ...options(() => answerOf(echo)), signal: AbortSignal.abort() };
  expect(await confirm([reach], stopped)).toEqual([
    { confirmation: reach, outcomes: {}, saw: "nothing: no time was left" },
  ]);
});
