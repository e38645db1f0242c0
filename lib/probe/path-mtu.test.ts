import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { startServing } from "./agent/serve.ts";
import { probeArrivals } from "./arrivals.ts";
import { openDatagramChannel } from "./datagram-channel.ts";
import { knownMtu } from "./known-mtu.ts";
import { probePathMtu } from "./path-mtu.ts";
import { probeUdp } from "./udp.ts";

const pod = { cluster: "athens", node: "worker-1", namespace: "meshgate", pod: "agent-1", uid: "u1" };
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function serving() {
  const served = await startServing({ http: 0, tcp: 0, udp: 0 }, pod, true);
  cleanUps.push(() => served.close());
  return served.ports.udp;
}

test("where the kernel fragments nothing, as on the loopback interface, nothing is measured", async () => {
  const port = await serving();
  const seen = await probePathMtu({ kind: "path-mtu", host: "127.0.0.1", port, timeoutMs: 5000 });
  expect(seen).toMatchObject({
    outcome: "answered",
    pathMtu: {},
    detail: "neither direction could be measured",
  });
  expect(await knownMtu("127.0.0.1")).toBeUndefined();
});

test("a peer that is silent, or refuses, is told from one that cannot be measured", async () => {
  const silent = createSocket("udp4").bind(0, "127.0.0.1");
  cleanUps.push(() => silent.close());
  await once(silent, "listening");
  const { port } = silent.address();
  const probe = { kind: "path-mtu", host: "127.0.0.1", port, timeoutMs: 5000 } as const;
  expect(await probePathMtu(probe)).toMatchObject({
    outcome: "timeout",
    detail: "no datagram of any size came back",
  });
  const closed = createSocket("udp4").bind(0, "127.0.0.1");
  await once(closed, "listening");
  const { port: closedPort } = closed.address();
  await new Promise<void>((resolve) => closed.close(resolve));
  expect(await probePathMtu({ ...probe, port: closedPort })).toMatchObject({ outcome: "refused" });
});

test("an answer has the size that was asked for, up to the largest one that is measured", async () => {
  const port = await serving();
  const channel = await openDatagramChannel("127.0.0.1", port);
  cleanUps.push(channel.close);
  const sizes = [0, 100, 1472, 60_000];
  const replies = await channel.exchange(
    sizes.map((reply) => ({ head: { reply }, bytes: 0 })),
    5000,
  );
  expect(replies.map((reply) => reply?.bytes)).toEqual([replies[0]?.bytes, 100, 1472, 9216]);
  expect(replies[0]?.bytes).toBeLessThan(100);
});

test("an agent tells its own pod which questions have arrived, and nobody has to answer them for that", async () => {
  const port = await serving();
  await probeUdp({ kind: "udp", host: "127.0.0.1", port, nonce: "first", timeoutMs: 5000 });
  const looked = await probeArrivals(
    { kind: "arrivals", nonces: ["first", "never-sent"], timeoutMs: 5000 },
    undefined,
    port,
  );
  expect(looked).toMatchObject({ outcome: "answered", arrived: ["first"] });
});
