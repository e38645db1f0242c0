import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { decode, encode, streamEncode, TRUNCATED_RESPONSE } from "dns-packet";
import type { Answer, Packet } from "dns-packet";
import { afterEach, describe, expect, it } from "vitest";
import { probeDns } from "./dns.ts";
import type { DnsProbe } from "./probe.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

type Reply = Packet & { rcode?: number };
/** Replies to a query, sent in order; a number is an rcode, a Buffer goes out as it is. */
type Answering = (name: string, query: Packet, transport: "udp" | "tcp") => (Answer[] | number | Reply | Buffer)[];

/** A name server on 127.0.0.1, UDP and TCP on one port. */
async function nameServer(
  answering: Answering,
): Promise<{ port: number; asked: string[]; queries: Packet[]; udp: Socket }> {
  const asked: string[] = [];
  const queries: Packet[] = [];
  const repliesTo = (message: Buffer, transport: "udp" | "tcp") => {
    const query = decode(message);
    const name = query.questions?.[0]?.name ?? "";
    asked.push(`${transport} ${query.questions?.[0]?.type} ${name}`);
    queries.push(query);
    return answering(name, query, transport).map((reply) => toPacket(query, reply));
  };
  const tcp = createServer((socket) => {
    cleanUps.push(() => socket.destroy());
    socket.on("error", () => undefined);
    socket.once("data", (chunk) => {
      const replies = repliesTo(chunk.subarray(2), "tcp");
      if (replies.length === 0) return socket.end();
      for (const reply of replies) socket.write(Buffer.isBuffer(reply) ? reply : streamEncode(reply));
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket("udp4");
  await new Promise<void>((resolve) => udp.bind(port, "127.0.0.1", resolve));
  udp.on("message", (message, from) => {
    for (const reply of repliesTo(message, "udp"))
      udp.send(Buffer.isBuffer(reply) ? reply : encode(reply), from.port, from.address);
  });
  cleanUps.push(
    () => tcp.close(),
    () => udp.close(),
  );
  return { port, asked, queries, udp };
}

function toPacket(query: Packet, reply: Answer[] | number | Reply | Buffer): Packet | Buffer {
  if (Buffer.isBuffer(reply)) return reply;
  const base: Packet = { type: "response", id: query.id, questions: query.questions };
  if (typeof reply === "number") return { ...base, flags: reply };
  return Array.isArray(reply) ? { ...base, answers: reply } : { ...base, ...reply };
}

const a = (name: string, data: string): Answer => ({ type: "A", name, ttl: 30, data });
const nxdomain = 3;
const base = { kind: "dns", server: "127.0.0.1", transport: "udp", type: "A", timeoutMs: 5000 } as const;
const podResolver = { nameservers: ["127.0.0.1"], search: ["shop.svc.cluster.local", "svc.cluster.local"], ndots: 5 };

describe.each(["udp", "tcp"] as const)("a DNS probe over %s", (transport) => {
  const ask = (port: number, probe: Partial<DnsProbe> & { name: string }) =>
    probeDns({ ...base, transport, port, ...probe });

  it("is answered, with EDNS of 1232 bytes and recursion wanted", async () => {
    const { port, queries } = await nameServer((name) => [[a(name, "10.96.0.7"), a(name, "10.96.0.8")]]);
    const seen = await ask(port, { name: "echo.shop.svc.cluster.local." });
    expect(seen).toMatchObject({
      outcome: "answered",
      address: "127.0.0.1",
      localAddress: "127.0.0.1",
      question: "echo.shop.svc.cluster.local",
      answers: [
        { name: "echo.shop.svc.cluster.local", type: "A", ttlSeconds: 30, data: "10.96.0.7" },
        { name: "echo.shop.svc.cluster.local", type: "A", ttlSeconds: 30, data: "10.96.0.8" },
      ],
    });
    expect(queries[0]).toMatchObject({ flag_rd: true, additionals: [{ type: "OPT", udpPayloadSize: 1232 }] });
  });

  it("writes SRV, PTR and AAAA data as text", async () => {
    const { port, asked } = await nameServer((name, query) => {
      const type = query.questions?.[0]?.type;
      if (type === "SRV")
        return [[{ type, name, ttl: 5, data: { priority: 0, weight: 50, port: 8080, target: "echo.shop" } }]];
      if (type === "PTR") return [[{ type, name, ttl: 5, data: "echo.shop" }]];
      return [[{ type: "AAAA", name, ttl: 5, data: "fd00::7" }]];
    });
    const data = async (name: string, type: DnsProbe["type"]) =>
      (await ask(port, { name, type })).answers?.map((answer) => answer.data);
    expect(await data("_http._tcp.echo", "SRV")).toEqual(["0 50 8080 echo.shop"]);
    expect(await data("10.96.0.7", "PTR")).toEqual(["echo.shop"]);
    expect(await data("echo", "AAAA")).toEqual(["fd00::7"]);
    expect(asked).toEqual([
      `${transport} SRV _http._tcp.echo`,
      `${transport} PTR 7.0.96.10.in-addr.arpa`,
      `${transport} AAAA echo`,
    ]);
  });

  it("follows a chain of aliases and keeps it", async () => {
    const { port } = await nameServer(() => [
      [
        { type: "CNAME", name: "A.example", ttl: 5, data: "b.Example" },
        { type: "CNAME", name: "B.example", ttl: 5, data: "c.example" },
        a("C.EXAMPLE", "10.0.0.1"),
      ],
    ]);
    const seen = await ask(port, { name: "a.example" });
    expect(seen.outcome).toBe("answered");
    expect(seen.answers?.map(({ type }) => type)).toEqual(["CNAME", "CNAME", "A"]);
  });

  it.each<[string, Answer[] | number, string, string]>([
    ["NXDOMAIN", nxdomain, "no-such-name", "NXDOMAIN"],
    ["SERVFAIL", 2, "server-failure", "SERVFAIL"],
    ["REFUSED", 5, "server-failure", "REFUSED"],
    ["nothing", [], "no-data", "NOERROR without a record of type A"],
    ["a record of another name", [a("other", "10.0.0.1")], "no-data", "NOERROR without a record of type A"],
    ["an alias to nothing", [{ type: "CNAME", name: "x", data: "y" }], "no-data", "NOERROR without a record of type A"],
    [
      "aliases in a ring",
      [
        { type: "CNAME", name: "x", data: "y" },
        { type: "CNAME", name: "y", data: "x" },
      ],
      "no-data",
      "NOERROR without a record of type A",
    ],
  ])("that gets %s has its own outcome", async (_name, reply, outcome, detail) => {
    const { port } = await nameServer(() => [reply]);
    expect(await ask(port, { name: "x" })).toMatchObject({ outcome, detail, question: "x" });
  });

  it("ignores replies with another id or to another question, and takes the right one in other letters", async () => {
    const { port } = await nameServer((name, { id = 0 }) => [
      { id: id ^ 1, answers: [a(name, "10.6.6.6")] },
      { questions: [{ name: "other", type: "A" }], answers: [a("other", "10.6.6.6")] },
      { questions: [{ name, type: "AAAA" }], answers: [a(name, "10.6.6.6")] },
      { type: "query", answers: [a(name, "10.6.6.6")] },
      { questions: [{ name: name.toUpperCase(), type: "A" }], answers: [a(name.toUpperCase(), "10.0.0.1")] },
    ]);
    const seen = await ask(port, { name: "echo.shop" });
    expect(seen).toMatchObject({ outcome: "answered", answers: [{ data: "10.0.0.1" }] });
  });

  it("asks in the order of the search list until a name answers", async () => {
    const { port, asked } = await nameServer((name) => [
      name === "echo.shop.svc.cluster.local" ? [a(name, "10.96.0.7")] : nxdomain,
    ]);
    const seen = await probeDns(
      { ...base, transport, port, name: "echo.shop", search: true },
      { resolver: podResolver },
    );
    expect(seen).toMatchObject({ outcome: "answered", question: "echo.shop.svc.cluster.local" });
    expect(asked).toEqual([
      `${transport} A echo.shop.shop.svc.cluster.local`,
      `${transport} A echo.shop.svc.cluster.local`,
    ]);
  });

  it("goes to the end of the search list when nothing answers, and says when a name was there", async () => {
    const { port, asked } = await nameServer((name) => [name === "echo.svc.cluster.local" ? [] : nxdomain]);
    const probe = { ...base, transport, port, search: true };
    expect(await probeDns({ ...probe, name: "none" }, { resolver: podResolver })).toMatchObject({
      outcome: "no-such-name",
      question: "none",
    });
    expect(asked).toHaveLength(3);
    expect(await probeDns({ ...probe, name: "echo" }, { resolver: podResolver })).toMatchObject({
      outcome: "no-data",
      question: "echo",
      detail: "echo.svc.cluster.local has no A record",
    });
  });

  it("stops searching at a failing server", async () => {
    const { port, asked } = await nameServer(() => [2]);
    const seen = await probeDns({ ...base, transport, port, name: "echo", search: true }, { resolver: podResolver });
    expect(seen).toMatchObject({ outcome: "server-failure", question: "echo.shop.svc.cluster.local" });
    expect(asked).toHaveLength(1);
  });
});

describe("a DNS probe", () => {
  it("asks the first server of the resolver, and none where there is none", async () => {
    const { port } = await nameServer((name) => [[a(name, "10.0.0.1")]]);
    const { server: _, ...serverless } = base;
    const probe = { ...serverless, port, name: "echo" };
    expect(await probeDns(probe, { resolver: podResolver })).toMatchObject({
      outcome: "answered",
      address: "127.0.0.1",
    });
    const none = await probeDns(probe, { resolver: { ...podResolver, nameservers: [] } });
    expect(none).toMatchObject({ outcome: "not-run", detail: "no name server in resolv.conf" });
  });

  it("hears nobody but whom it asked", async () => {
    const stranger = createSocket("udp4");
    const server = createSocket("udp4");
    cleanUps.push(
      () => stranger.close(),
      () => server.close(),
    );
    await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
    server.on("message", (message, from) => {
      const query = decode(message);
      const reply = (data: string) =>
        encode({ ...query, type: "response", additionals: [], answers: [a("echo", data)] });
      stranger.send(reply("10.6.6.6"), from.port, from.address, () =>
        server.send(reply("10.0.0.1"), from.port, from.address),
      );
    });
    const seen = await probeDns({ ...base, port: server.address().port, name: "echo" });
    expect(seen).toMatchObject({ outcome: "answered", answers: [{ data: "10.0.0.1" }] });
  });

  it("asks again over TCP when the reply is truncated, and says so", async () => {
    const { port, asked } = await nameServer((name, _query, transport) =>
      transport === "udp" ? [{ flags: TRUNCATED_RESPONSE }] : [[a(name, "10.0.0.1")]],
    );
    const seen = await probeDns({ ...base, port, name: "echo" });
    expect(seen).toMatchObject({
      outcome: "answered",
      answers: [{ data: "10.0.0.1" }],
      detail: "truncated over UDP, asked again over TCP",
    });
    expect(asked).toEqual(["udp A echo", "tcp A echo"]);
  });

  it("notices a truncated reply that was cut within a record", async () => {
    const { port } = await nameServer((name, query, transport) => {
      const whole: Packet = {
        type: "response",
        id: query.id,
        questions: query.questions,
        answers: [a(name, "10.0.0.1")],
      };
      return transport === "tcp" ? [whole] : [encode({ ...whole, flags: TRUNCATED_RESPONSE }).subarray(0, -3)];
    });
    expect(await probeDns({ ...base, port, name: "echo" })).toMatchObject({ outcome: "answered" });
  });

  it("keeps the word on truncation when TCP fails", async () => {
    const { port } = await nameServer((_name, _query, transport) =>
      transport === "udp" ? [{ flags: TRUNCATED_RESPONSE }] : [],
    );
    expect(await probeDns({ ...base, port, name: "echo" })).toMatchObject({
      outcome: "reset",
      detail: "truncated over UDP, asked again over TCP; closed before the reply",
    });
  });

  it("says that the reply cannot be read: wrong-answer", async () => {
    const { port } = await nameServer((name, query) => [
      encode({ type: "response", id: query.id, questions: query.questions, answers: [a(name, "10.0.0.1")] }).subarray(
        0,
        -3,
      ),
    ]);
    expect(await probeDns({ ...base, port, name: "echo" })).toMatchObject({
      outcome: "wrong-answer",
      detail: "the reply cannot be decoded",
    });
  });

  it("finds silence: timeout, and counts what it ignored", async () => {
    const silent = await nameServer(() => []);
    expect(await probeDns({ ...base, port: silent.port, name: "echo", timeoutMs: 100 })).toMatchObject({
      outcome: "timeout",
      detail: "no reply over UDP within 100 ms",
    });
    const wrong = await nameServer((_name, { id = 0 }) => [{ id: id ^ 1 }]);
    expect(await probeDns({ ...base, port: wrong.port, name: "echo", timeoutMs: 200 })).toMatchObject({
      outcome: "timeout",
      detail: "no reply over UDP to this question (but 1 to none) within 200 ms",
    });
  });

  it.each(["udp", "tcp"] as const)("finds a closed port over %s: refused", async (transport) => {
    const { port, udp } = await nameServer(() => []);
    const [closeTcp] = cleanUps.splice(0);
    closeTcp?.();
    await new Promise<void>((resolve) => udp.close(resolve));
    expect(await probeDns({ ...base, transport, port, name: "echo" })).toMatchObject({ outcome: "refused" });
  });

  it.each([
    ["an empty label", { name: "a..b" }],
    ["a label of 64 bytes", { name: "a".repeat(64) }],
    ["256 bytes", { name: Array.from({ length: 64 }, () => "abc").join(".") }],
    ["a server that is no address", { name: "a", server: "dns.example" }],
  ])("is not asked with %s", async (_name, wrong) => {
    expect(await probeDns({ ...base, port: 53, ...wrong })).toMatchObject({ outcome: "not-run" });
  });
});
