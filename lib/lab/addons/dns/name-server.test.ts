import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { RECURSION_DESIRED, decode, encode, streamEncode, type DecodedPacket, type Packet } from "dns-packet";
import { expect, onTestFinished, test } from "vitest";
import { answerQuestion } from "./answer.ts";
import { createClusterMemory } from "./cluster-view.ts";
import { startNameServer, type NameServer } from "./name-server.ts";

const name = "many.ns.svc.cluster.local";

/** Serves one headless Service with `count` endpoints. */
async function server(count: number): Promise<NameServer> {
  const memory = createClusterMemory();
  memory.put("namespaces", { metadata: { name: "ns" } });
  memory.put("services", { metadata: { namespace: "ns", name: "many" }, spec: { clusterIP: "None" } });
  memory.put("endpointslices", {
    metadata: { namespace: "ns", name: "many-1", labels: { "kubernetes.io/service-name": "many" } },
    addressType: "IPv4",
    ports: [{ name: "http", port: 80 }],
    endpoints: Array.from({ length: count }, (_, index) => ({ addresses: [`10.0.0.${index + 1}`] })),
  });
  const started = await startNameServer("127.0.0.1", 0, (asked) =>
    answerQuestion(memory, { domain: "cluster.local" }, asked),
  );
  onTestFinished(started.close);
  return started;
}

function question(packet: Packet = {}): Packet {
  return { type: "query", id: 4711, flags: RECURSION_DESIRED, questions: [{ name, type: "A" }], ...packet };
}

function withEdns(udpPayloadSize: number, ednsVersion = 0): Packet {
  const options = {
    type: "OPT",
    name: ".",
    udpPayloadSize,
    extendedRcode: 0,
    ednsVersion,
    flags: 0,
    flag_do: false,
    options: [],
  } as const;
  return question({ additionals: [{ ...options, options: [] }] });
}

async function overUdp({ address, port }: NameServer, message: Buffer): Promise<Buffer> {
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  socket.send(message, port, address);
  const [reply] = (await once(socket, "message")) as [Buffer];
  return reply;
}

async function askUdp(at: NameServer, packet: Packet): Promise<DecodedPacket & { rcode: string; opcode: string }> {
  return decode(await overUdp(at, encode(packet))) as DecodedPacket & { rcode: string; opcode: string };
}

const addressesOf = ({ answers }: Packet) =>
  answers?.map((answer) => (answer.type === "A" ? answer.data : answer.type));

test("answers over UDP with the question, its id and the authority's flags", async () => {
  const reply = await askUdp(await server(1), question());
  expect(reply).toMatchObject({
    id: 4711,
    flag_qr: true,
    flag_aa: true,
    flag_tc: false,
    flag_rd: true,
    flag_ra: false,
    rcode: "NOERROR",
    questions: [{ name, type: "A", class: "IN" }],
    answers: [{ name, type: "A", class: "IN", ttl: 30, data: "10.0.0.1" }],
    additionals: [],
  });
});

test("keeps the question's spelling", async () => {
  const spelled = "MaNy.Ns.sVc.ClUsTeR.lOcAl";
  const reply = await askUdp(await server(1), question({ questions: [{ name: spelled, type: "A" }] }));
  expect(reply.questions?.[0]?.name).toBe(spelled);
  expect(reply.answers?.[0]).toMatchObject({ name: spelled, data: "10.0.0.1" });
});

test("says that a name does not exist, and who says so", async () => {
  const reply = await askUdp(
    await server(1),
    question({ questions: [{ name: "none.ns.svc.cluster.local", type: "A" }] }),
  );
  expect(reply).toMatchObject({
    rcode: "NXDOMAIN",
    answers: [],
    authorities: [
      { name: "cluster.local", type: "SOA", ttl: 30, data: { mname: "ns.dns.cluster.local", minimum: 30 } },
    ],
  });
});

test("fails at once for names of others", async () => {
  const reply = await askUdp(await server(1), question({ questions: [{ name: "example.org", type: "A" }] }));
  expect(reply).toMatchObject({ rcode: "SERVFAIL", flag_aa: false });
});

test("truncates what does not fit, fills what EDNS allows, and sends all over TCP", async () => {
  const at = await server(40);
  const short = await askUdp(at, question());
  expect(short.flag_tc).toBe(true);
  expect(short.answers!.length).toBeGreaterThan(0);
  expect(short.answers!.length).toBeLessThan(40);
  expect(encode(short).length).toBeLessThanOrEqual(512);

  const wide = await askUdp(at, withEdns(4096));
  expect(wide.flag_tc).toBe(false);
  expect(wide.answers).toHaveLength(40);
  expect(wide.additionals).toMatchObject([{ type: "OPT", udpPayloadSize: 4096, ednsVersion: 0 }]);

  const socket = connect(at.port, at.address);
  socket.end(streamEncode(question()));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const [whole] = framesOf(Buffer.concat(chunks));
  expect(whole).toMatchObject({ flag_tc: false, rcode: "NOERROR" });
  expect(whole!.answers).toHaveLength(40);
});

test("one TCP connection asks more than one question, in pieces", async () => {
  const at = await server(1);
  const socket = connect(at.port, at.address);
  const bytes = Buffer.concat([streamEncode(question({ id: 1 })), streamEncode(question({ id: 2 }))]);
  await once(socket, "connect");
  socket.setNoDelay(true);
  socket.write(bytes.subarray(0, 1));
  socket.write(bytes.subarray(1, 50));
  socket.end(bytes.subarray(50));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  expect(framesOf(Buffer.concat(chunks)).map(({ id }) => id)).toEqual([1, 2]);
});

test("every address comes first now and then", async () => {
  const at = await server(3);
  const first = new Set<unknown>();
  // The chance to miss one of three in 200 draws is below 1e-34.
  for (let draw = 0; draw < 200; draw++) {
    const addresses = addressesOf(await askUdp(at, question()));
    expect(addresses?.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
    first.add(addresses?.[0]);
  }
  expect(first.size).toBe(3);
});

test("refuses what it does not do, by name", async () => {
  const at = await server(1);
  const chaos = await askUdp(at, question({ questions: [{ name: "version.bind", type: "TXT", class: "CH" }] }));
  expect(chaos).toMatchObject({ id: 4711, rcode: "REFUSED" });
  const two = await askUdp(
    at,
    question({
      questions: [
        { name, type: "A" },
        { name, type: "AAAA" },
      ],
    }),
  );
  expect(two.rcode).toBe("FORMERR");
  const update = await askUdp(at, question({ flags: 5 << 11 }));
  expect(update).toMatchObject({ rcode: "NOTIMP", opcode: "UPDATE" });
  const future = await askUdp(at, withEdns(1232, 1));
  expect(future.additionals).toMatchObject([{ type: "OPT", extendedRcode: 1, ednsVersion: 0 }]);
});

test("a broken message is called that, and does no harm", async () => {
  const at = await server(1);
  const broken = Buffer.concat([encode(question()).subarray(0, 20), Buffer.from([255])]);
  expect(decode(await overUdp(at, broken))).toMatchObject({ id: 4711, rcode: "FORMERR" });
  expect((await askUdp(at, question())).rcode).toBe("NOERROR");
});

test("a port that is taken for either transport is refused", async () => {
  const { address, port } = await server(1);
  const answer = () => answerQuestion(createClusterMemory(), { domain: "cluster.local" }, { name, type: "A" });
  await expect(startNameServer(address, port, answer)).rejects.toMatchObject({ code: "EADDRINUSE" });

  const udpOnly = createSocket("udp4");
  onTestFinished(() => void udpOnly.close());
  udpOnly.bind(0, address);
  await once(udpOnly, "listening");
  await expect(startNameServer(address, udpOnly.address().port, answer)).rejects.toMatchObject({ code: "EADDRINUSE" });
});

function framesOf(bytes: Buffer): (DecodedPacket & { rcode?: string })[] {
  const frames = [];
  for (let rest = bytes; rest.length > 2; rest = rest.subarray(2 + rest.readUInt16BE(0))) {
    frames.push(decode(rest.subarray(2, 2 + rest.readUInt16BE(0))));
  }
  return frames;
}
