import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { Diagnostic } from "../base/diagnostic.ts";
import { openAgent } from "./agent-session.ts";
import type { Agent, AgentStream, OpenAgentOptions } from "./agent-session.ts";
import { startServing } from "./agent/serve.ts";
import type { Serving } from "./agent/serve.ts";
import type { Observation, Probe } from "./probe.ts";
import { childStream } from "./session/child-stream.ts";
import type { ChildStream } from "./session/child-stream.ts";

const main = fileURLToPath(new URL("agent/main.ts", import.meta.url));
const pod = { cluster: "athens", node: "worker-1", namespace: "meshgate", pod: "agent-1", uid: "u1" };
const agents: Agent[] = [];
const streams: ChildStream[] = [];
let serving: Serving;
beforeAll(async () => {
  serving = await startServing({ http: 0, tcp: 0, udp: 0 }, pod, true);
  return () => serving.close();
});
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.close()));
  for (const stream of streams.splice(0)) stream.abort();
});

function started(command: string, parameters: string[]): ChildStream {
  const stream = childStream(command, parameters, { ...process.env, MESHGATE_POD: "asker" });
  streams.push(stream);
  return stream;
}

const realAgent = async () => started(process.execPath, [main, "ask"]);
/** An agent that is a script of the test's own, run as CommonJS. */
const script = (text: string) => async () => started(process.execPath, ["-e", text]);
const ready = {
  type: "ready",
  version: 1,
  runtime: "test",
  ...pod,
  addresses: [],
  resolver: { nameservers: [], search: [], ndots: 1 },
};
const sayReady = `console.log(${JSON.stringify(JSON.stringify(ready))});`;
/** Takes lines as `line(message)`. */
const onLines = (body: string) =>
  `${sayReady} require("node:readline").createInterface({ input: process.stdin }).on("line", (text) => { const message = JSON.parse(text); ${body} });
   process.stdin.on("end", () => process.exit(0));`;

async function open(options: Partial<OpenAgentOptions> = {}): Promise<Agent> {
  const agent = await openAgent({ open: realAgent, ...options });
  agents.push(agent);
  return agent;
}

const http = (): Probe => ({ kind: "http", host: "127.0.0.1", port: serving.ports.http, timeoutMs: 10_000 });
/** Nobody answers on it: the serving agent waits for the rest of the question. */
const lasting = (timeoutMs = 60_000): Probe => ({
  kind: "dns",
  server: "127.0.0.1",
  port: serving.ports.udp,
  transport: "udp",
  name: "x",
  type: "A",
  timeoutMs,
});
const words = (seen: Observation[]) =>
  seen.map(({ outcome, detail }) => (detail === undefined ? outcome : `${outcome}: ${detail}`));

describe("a session with an agent", () => {
  it("knows the agent, asks, reads its counters and ends", async () => {
    const agent = await open();
    expect(agent.facts).toMatchObject({ pod: "asker", runtime: expect.stringContaining("node v") });
    expect(agent.facts).not.toHaveProperty("type");
    expect(words(await agent.ask([http(), http()], { concurrency: 2 }))).toEqual(["answered", "answered"]);
    expect(await agent.ask([], { concurrency: 2 })).toEqual([]);
    expect(await agent.counters()).toEqual({
      eventLoopDelayMs: expect.any(Number),
      udpReceiveErrors: expect.any(Number),
    });
    await agent.close();
    expect(await streams[0]?.closed).toEqual({ exitCode: 0, reason: "exited" });
    expect(words(await agent.ask([http()], { concurrency: 1 }))).toEqual(["not-run: the session was closed"]);
    expect(await agent.counters()).toBeUndefined();
    await agent.close();
  });

  it("asks 5,000 probes in one batch and keeps their order", async () => {
    const agent = await open();
    const probes = Array.from({ length: 5000 }, (_, index): Probe => ({ ...http(), path: `/${index}` }) as Probe);
    const seen = await agent.ask(probes, { concurrency: 32 });
    expect(seen.map(({ identity }) => identity?.path)).toEqual(probes.map((_, index) => `/${index}`));
    expect(new Set(words(seen))).toEqual(new Set(["answered"]));
  });

  it("serves several askers at once", async () => {
    const agent = await open();
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        agent.ask([{ ...http(), path: `/${index}` } as Probe, { ...http(), path: `/${index}` } as Probe], {
          concurrency: 8,
        }),
      ),
    );
    expect(many.map((seen) => seen.map(({ identity }) => identity?.path))).toEqual(
      many.map((_, index) => [`/${index}`, `/${index}`]),
    );
  });

  it("cancels one asker's probes and no one else's", async () => {
    const agent = await open();
    const controller = new AbortController();
    const cancelled = agent.ask([...Array.from({ length: 3 }, () => lasting()), ...Array.from({ length: 600 }, http)], {
      concurrency: 4,
      signal: controller.signal,
    });
    const other = agent.ask([lasting(500), http()], { concurrency: 4 });
    // The pong comes after both batches have been taken in.
    await agent.counters();
    controller.abort();
    expect(new Set(words((await cancelled).slice(0, 3)))).toEqual(new Set(["not-run: cancelled"]));
    expect(await cancelled).toHaveLength(603);
    expect(words(await other)).toEqual(["timeout: no reply over UDP within 500 ms", "answered"]);
    const late = await agent.ask([http()], { concurrency: 1, signal: controller.signal });
    expect(words(late)).toEqual(["not-run: cancelled"]);
  });

  it("ends with its own signal", async () => {
    const controller = new AbortController();
    const agent = await open({ signal: controller.signal });
    const asked = agent.ask([lasting()], { concurrency: 1 });
    const closed = streams[0]?.closed;
    await agent.ask([http()], { concurrency: 2 });
    controller.abort();
    expect(words(await asked)).toEqual(["not-run: cancelled"]);
    expect(words(await agent.ask([http()], { concurrency: 1 }))).toEqual(["not-run: cancelled"]);
    await closed;
    expect(streams).toHaveLength(1);
  });
});

describe("a session whose stream breaks", () => {
  it("loses what is unanswered, opens the stream once more, and no third time", async () => {
    const troubles: string[] = [];
    const agent = await open({ onTrouble: (message) => troubles.push(message), label: "The agent on athens/worker-1" });
    const lost = agent.ask([http(), lasting(), lasting()], { concurrency: 3 });
    await agent.ask([http()], { concurrency: 3 });
    process.kill(streams[0]?.pid ?? 0, "SIGKILL");
    const seen = words(await lost);
    expect(seen).toEqual([
      "answered",
      "not-run: the stream broke: killed by SIGKILL",
      "not-run: the stream broke: killed by SIGKILL",
    ]);
    expect(words(await agent.ask([http()], { concurrency: 1 }))).toEqual(["answered"]);
    expect(streams).toHaveLength(2);

    const lostAgain = agent.ask([lasting()], { concurrency: 2 });
    await agent.ask([http()], { concurrency: 2 });
    process.kill(streams[1]?.pid ?? 0, "SIGKILL");
    expect(words(await lostAgain)).toEqual(["not-run: the stream broke: killed by SIGKILL"]);
    expect(words(await agent.ask([http()], { concurrency: 1 }))).toEqual([
      "not-run: the stream broke: killed by SIGKILL",
    ]);
    expect(await agent.counters()).toBeUndefined();
    expect(streams).toHaveLength(2);
    expect(troubles).toEqual([
      "The agent on athens/worker-1: the stream broke: killed by SIGKILL; it is opened again",
      "The agent on athens/worker-1: the stream broke: killed by SIGKILL; it is not opened a third time",
    ]);
  });

  it("loses a long batch whole, what was not sent yet included", async () => {
    const agent = await open();
    const lost = agent.ask(
      Array.from({ length: 1000 }, () => lasting()),
      { concurrency: 2 },
    );
    await agent.counters();
    process.kill(streams[0]?.pid ?? 0, "SIGKILL");
    expect(new Set(words(await lost))).toEqual(new Set(["not-run: the stream broke: killed by SIGKILL"]));
    expect(words(await agent.ask([http()], { concurrency: 1 }))).toEqual(["answered"]);
  });

  it("is over when the stream cannot be opened again", async () => {
    const troubles: string[] = [];
    let opened = 0;
    const agent = await open({
      open: () => (opened++ === 0 ? realAgent() : Promise.reject(new Error("pod is gone"))),
      onTrouble: (message) => troubles.push(message),
    });
    process.kill(streams[0]?.pid ?? 0, "SIGKILL");
    await expect.poll(() => troubles.length, { timeout: 10_000 }).toBe(2);
    const reason = "the stream broke and could not be opened again: The agent cannot be reached: pod is gone.";
    expect(words(await agent.ask([http()], { concurrency: 1 }))).toEqual([`not-run: ${reason}`]);
    expect(troubles[1]).toBe(`The agent: ${reason}`);
  });

  it("gives up an agent that talks nonsense", async () => {
    const agent = await open({ open: script(onLines('console.log("Segmentation fault");')) });
    expect(words(await agent.ask([http()], { concurrency: 1 }))).toEqual([
      "not-run: the stream broke: the agent said Segmentation fault",
    ]);
  });

  it("tells what the agent said on its error output", async () => {
    const agent = await open({
      open: script(onLines('console.error("out of\\n  memory"); process.exitCode = 7; process.stdin.destroy();')),
    });
    expect(words(await agent.ask([http()], { concurrency: 1 }))).toEqual([
      "not-run: the stream broke: the agent ended with exit code 7; its error output: out of | memory",
    ]);
  });

  it("gives up an agent that does not answer a ping", async () => {
    const agent = await open({ open: script(onLines("")), pingIntervalMs: 50, pingDeadlineMs: 200 });
    expect(words(await agent.ask([http()], { concurrency: 1 }))).toEqual([
      "not-run: the stream broke: the agent was silent for 200 ms",
    ]);
  });

  it("keeps an agent that answers pings only, but does not wait for a lost answer", async () => {
    const pong = "{ type: 'pong', id: message.id, eventLoopDelayMs: 3, udpReceiveErrors: 4 }";
    const agent = await open({
      open: script(onLines(`if (message.type === "ping") console.log(JSON.stringify(${pong}));`)),
      pingIntervalMs: 50,
      pingDeadlineMs: 5000,
      graceMs: 100,
    });
    expect(words(await agent.ask([lasting(200)], { concurrency: 1 }))).toEqual(["not-run: no answer from the agent"]);
    expect(await agent.counters()).toEqual({ eventLoopDelayMs: 3, udpReceiveErrors: 4 });
    expect(streams).toHaveLength(1);
  });

  it("tells the worst delay of all its pings since the counters were last read", async () => {
    const agent = await open({
      pingIntervalMs: 20,
      open: script(
        `let pings = 0, ids = []; const say = (message) => console.log(JSON.stringify(message));
         const observation = { outcome: "answered", startedAt: 0, durationMs: 0, eventLoopDelayMs: 0 };
         ${onLines(`if (message.type === "batch") ids = message.probes.map(({ id }) => id);
           if (message.type === "ping") say({ type: "pong", id: message.id, eventLoopDelayMs: ++pings === 1 ? 50 : 3, udpReceiveErrors: 0 });
           if (pings >= 2) for (const id of ids.splice(0)) say({ type: "result", id, observation });`)}`,
      ),
    });
    expect(words(await agent.ask([http()], { concurrency: 1 }))).toEqual(["answered"]);
    expect(await agent.counters()).toMatchObject({ eventLoopDelayMs: 50 });
    expect(await agent.counters()).toMatchObject({ eventLoopDelayMs: 3 });
  });

  it("tells by its own clock when the pod could not answer, and how far apart the clocks are", async () => {
    const told = `{ type: "pong", id: message.id, nowMs: Date.now() + 3_600_000, lapses: [{ kind: "stalled", fromMs: Date.now() + 3_590_000, toMs: Date.now() + 3_595_000 }] }`;
    const agent = await open({ open: script(onLines(`console.log(JSON.stringify(${told}));`)) });
    const [lapse] = await agent.lapses();
    expect(Math.round(agent.clockAheadMs() / 60_000)).toBe(60);
    expect(Math.round((Date.now() - (lapse?.fromMs ?? 0)) / 1000)).toBeLessThan(15);
    expect((lapse?.toMs ?? 0) - (lapse?.fromMs ?? 0)).toBeGreaterThan(4_900);
  });

  it("takes a stall that its second stream begins with for as old as the silence of the first, and no other", async () => {
    const silent = script(onLines(""));
    const pong = (lapses: string) =>
      script(
        onLines(`console.log(JSON.stringify({ type: "pong", id: message.id, nowMs: Date.now(), lapses: ${lapses} }));`),
      );
    const lapsesAfter = async (first: () => Promise<ChildStream>, lapses: string) => {
      let opened = 0;
      const agent = await open({
        open: () => (opened++ === 0 ? first() : pong(lapses)()),
        pingIntervalMs: 50,
        pingDeadlineMs: 500,
      });
      const startedMs = Date.now();
      await agent.ask([http()], { concurrency: 1, signal: AbortSignal.timeout(5000) });
      return (await agent.lapses()).map(({ fromMs }) => fromMs < startedMs + 100);
    };
    const now = `[{ kind: "stalled", fromMs: Date.now(), toMs: Date.now() + 1 }]`;
    expect((await lapsesAfter(silent, now))[0]).toBe(true);
    expect(await lapsesAfter(silent, "[]")).toEqual([]);
    const ending = script(`${sayReady} setTimeout(() => process.exit(1), 200); process.stdin.resume();`);
    expect((await lapsesAfter(ending, now))[0]).toBe(false);
  });

  it("ignores what it does not know", async () => {
    const agent = await open({
      open: script(
        onLines(
          `console.log('{"type":"news"}'); for (const { id } of message.probes) for (const other of [id + 1000, id, id])
           console.log(JSON.stringify({ type: "result", id: other, observation: { outcome: "answered", startedAt: 0, durationMs: 0, eventLoopDelayMs: 0 } }));`,
        ),
      ),
    });
    expect(words(await agent.ask([http(), http()], { concurrency: 1 }))).toEqual(["answered", "answered"]);
  });

  it("waits no longer for an agent that does not end than 2 s", async () => {
    const agent = await open({ open: script(`${sayReady} setInterval(() => {}, 1000); process.stdin.resume();`) });
    await agent.close();
    expect(await streams[0]?.closed).toEqual({ reason: "killed by SIGKILL" });
  });
});

describe("a session is not opened", () => {
  // As a WebSocket library does: what it rejects with is no Error.
  const rejectWithAnObject = () => {
    const { promise, reject } = Promise.withResolvers<AgentStream>();
    reject({ key: "PRIVATE KEY" });
    return promise;
  };
  const refusal = async (options: Partial<OpenAgentOptions>) => {
    const error: unknown = await open(options).catch((thrown: unknown) => thrown);
    if (!(error instanceof Diagnostic)) throw new Error("not refused by a diagnostic");
    await Promise.all(streams.map((stream) => stream.closed));
    return `${error.kind}: ${error.message}`;
  };

  it.each<[string, Partial<OpenAgentOptions>, string]>([
    [
      "by an agent of another version",
      { open: script(`console.log('{"type":"ready","version":2}'); process.stdin.resume();`) },
      "broken: The agent speaks version 2 of the protocol and not 1.",
    ],
    [
      "by an agent that is never ready",
      { open: script("process.stdin.resume();"), readyTimeoutMs: 200 },
      "broken: The agent did not say within 200 ms that it is ready.",
    ],
    [
      "by half a line",
      { open: script(`process.stdout.write('{"type":"ready",'); process.stdin.resume();`), readyTimeoutMs: 500 },
      "broken: The agent did not say within 500 ms that it is ready.",
    ],
    [
      "by something else",
      { open: script(`console.log("/bin/sh: node: not found"); process.stdin.resume();`), label: "The agent on a/b" },
      "broken: The agent on a/b said something that is not of the protocol: /bin/sh: node: not found.",
    ],
    [
      "by an agent that ends",
      { open: script(`console.error("Error: no such file\\n\\n  at x"); process.exitCode = 3;`) },
      "broken: The agent ended before it was ready: exit code 3; its error output: Error: no such file | at x.",
    ],
    [
      "without a stream",
      { open: () => Promise.reject(new Error("status 403")) },
      "broken: The agent cannot be reached: status 403.",
    ],
    [
      "by an object that holds who knows what",
      { open: rejectWithAnObject },
      "broken: The agent cannot be reached: no reason was given.",
    ],
    [
      "by a diagnostic, which is handed on",
      { open: () => Promise.reject(new Diagnostic("broken", "The API server refused.", "Ask for rights.")) },
      "broken: The API server refused.",
    ],
    [
      "when opening never ends",
      { open: () => new Promise<AgentStream>(() => undefined), readyTimeoutMs: 50 },
      "broken: The agent did not say within 50 ms that it is ready.",
    ],
    [
      "after its signal",
      { signal: AbortSignal.abort() },
      "interrupted: The agent was interrupted before it was ready.",
    ],
  ])("%s", async (_name, options, message) => {
    expect(await refusal(options)).toBe(message);
  });

  it("when the signal comes meanwhile, and the stream is dropped", async () => {
    const controller = new AbortController();
    const refused = refusal({ open: script("process.stdin.resume();"), signal: controller.signal });
    await expect.poll(() => streams.length, { timeout: 10_000 }).toBe(1);
    controller.abort();
    expect(await refused).toBe("interrupted: The agent was interrupted before it was ready.");
  });

  it("but is by an agent that takes its time and speaks in pieces", async () => {
    const line = JSON.stringify(`${JSON.stringify(ready)}\n`);
    const slow = `const text = ${line}; let at = 0; process.stdin.resume().on("end", () => process.exit(0));
      const timer = setInterval(() => { process.stdout.write(text.slice(at, at += 50)); if (at >= text.length) clearInterval(timer); }, 20);`;
    const agent = await open({ open: script(slow) });
    expect(agent.facts.pod).toBe("agent-1");
  });
});
