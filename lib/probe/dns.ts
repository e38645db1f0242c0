import { randomInt } from "node:crypto";
import { isIP } from "node:net";
import { decode, encode, RECURSION_DESIRED } from "dns-packet";
import type { Answer, Packet } from "dns-packet";
import { attempt } from "./attempt.ts";
import type { Attempt, ProbeOptions } from "./attempt.ts";
import { queryOverTcp, queryOverUdp } from "./dns-transport.ts";
import type { NameServer } from "./dns-transport.ts";
import type { Outcome } from "./outcome.ts";
import type { DnsAnswer, DnsProbe, DnsRecordType, Observation } from "./probe.ts";
import { candidateNames, readResolver } from "./resolver.ts";
import type { Resolver } from "./resolver.ts";
import { reverseName } from "./reverse-name.ts";

export interface DnsProbeOptions extends ProbeOptions {
  /** Default: what /etc/resolv.conf says. */
  resolver?: Resolver;
}

/**
 * Asks one name server, with EDNS, over the transport that is wanted. A truncated reply over UDP is asked for again over TCP, and
 * `detail` says so. With `search`, the names of the search list are asked one after the other until one answers or a server fails.
 * Never rejects. @see RFC 1035, RFC 6891, RFC 7766
 */
export function probeDns(request: DnsProbe, options: DnsProbeOptions = {}): Promise<Observation> {
  return attempt(request.timeoutMs, options, (running) => {
    const resolver = options.resolver ?? readResolver();
    const address = request.server ?? resolver.nameservers[0];
    if (address === undefined) return running.finish("not-run", "no name server in resolv.conf");
    if (isIP(address) === 0) return running.finish("not-run", "the name server is not an IP literal");
    const name = request.type === "PTR" ? reverseName(request.name) : request.name;
    const names = candidateNames(name, request.search ? resolver : { ...resolver, search: [] }).filter(isEncodable);
    if (names.length === 0) return running.finish("not-run", "not a valid name");
    running.seen.address = address;
    return walk(running, names, request, { address, port: request.port ?? 53 });
  });
}

function walk(running: Attempt, names: string[], request: DnsProbe, server: NameServer): void {
  let nameWithoutData: string | undefined;
  next(0);

  function next(index: number): void {
    const question = names[index] ?? "";
    running.seen.question = question;
    exchange(running, question, request, server, ({ outcome, detail, answers }) => {
      if (outcome === "no-data") nameWithoutData ??= question;
      const goOn = (outcome === "no-such-name" || outcome === "no-data") && index + 1 < names.length;
      if (goOn) return next(index + 1);
      running.seen.answers = answers;
      if (outcome !== "no-such-name" || nameWithoutData === undefined) return running.finish(outcome, detail);
      // As libc does: the name is there, though not below the domain that was asked last.
      return running.finish("no-data", `${nameWithoutData} has no ${request.type} record`);
    });
  }
}

interface Conclusion {
  outcome: Outcome;
  detail?: string;
  answers: DnsAnswer[];
}

function exchange(
  running: Attempt,
  question: string,
  { transport, type }: DnsProbe,
  server: NameServer,
  conclude: (conclusion: Conclusion) => void,
): void {
  const query = encodeQuery(question, type);
  const send = transport === "tcp" ? queryOverTcp : queryOverUdp;
  send(running, server, query, (message) => {
    if (!repliesTo(query, message)) return false;
    if (transport === "tcp" || !isTruncated(message)) {
      running.seen.firstByteMs = running.elapsedMs();
      conclude(read(message, question, type));
      return true;
    }
    running.note("truncated over UDP, asked again over TCP");
    queryOverTcp(running, server, query, (second) => {
      if (!repliesTo(query, second)) return false;
      running.seen.firstByteMs = running.elapsedMs();
      conclude(read(second, question, type));
      return true;
    });
    return true;
  });
}

function encodeQuery(name: string, type: DnsRecordType): Buffer {
  const option = { type: "OPT", name: ".", udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0, flags: 0 } as const;
  return encode({
    type: "query",
    id: randomInt(0x10000),
    flags: RECURSION_DESIRED,
    questions: [{ name, type }],
    additionals: [{ ...option, flag_do: false, options: [] }],
  });
}

const headerBytes = 12;
/** The OPT record at the end of each query of ours. */
const optionBytes = 11;

/** Same id, a response, and the same single question to the letter but for upper and lower case. */
function repliesTo(query: Buffer, message: Buffer): boolean {
  const end = query.length - optionBytes;
  if (message.length < end || message.readUInt16BE(0) !== query.readUInt16BE(0)) return false;
  const isResponse = (message.readUInt8(2) & 0x80) !== 0;
  return isResponse && message.readUInt16BE(4) === 1 && questionOf(message, end) === questionOf(query, end);
}

/** A label's length is below 64 and the types asked for are not letters, so lower case changes nothing but names. */
function questionOf(message: Buffer, end: number): string {
  return message.toString("latin1", headerBytes, end).toLowerCase();
}

function isTruncated(message: Buffer): boolean {
  return (message.readUInt8(2) & 0x02) !== 0;
}

function read(message: Buffer, question: string, type: DnsRecordType): Conclusion {
  const packet = decodeWhole(message);
  if (!packet) return { outcome: "wrong-answer", detail: "the reply cannot be decoded", answers: [] };
  const answers = (packet.answers ?? []).map(toAnswer);
  // The type declarations lack the field.
  const { rcode } = packet as Packet & { rcode: string };
  if (rcode === "NXDOMAIN") return { outcome: "no-such-name", detail: rcode, answers };
  if (rcode !== "NOERROR") return { outcome: "server-failure", detail: rcode, answers };
  if (hasRecord(answers, question, type)) return { outcome: "answered", answers };
  return { outcome: "no-data", detail: `NOERROR without a record of type ${type}`, answers };
}

/** The decoder reads beyond the end of a record that was cut and makes up what is not there. */
function decodeWhole(message: Buffer): Packet | undefined {
  try {
    const packet = decode(message);
    return decode.bytes <= message.length ? packet : undefined;
  } catch {
    return undefined;
  }
}

function hasRecord(answers: DnsAnswer[], question: string, type: DnsRecordType): boolean {
  let name = question.toLowerCase();
  for (let hops = 0; hops <= answers.length; hops++) {
    const owned = answers.filter((answer) => answer.name.toLowerCase() === name);
    if (owned.some((answer) => answer.type === type)) return true;
    const alias = owned.find((answer) => answer.type === "CNAME");
    if (!alias) return false;
    name = alias.data.toLowerCase();
  }
  return false;
}

function toAnswer(answer: Answer): DnsAnswer {
  return {
    name: answer.name,
    type: answer.type,
    ttlSeconds: "ttl" in answer ? (answer.ttl ?? 0) : 0,
    data: dataOf(answer),
  };
}

function dataOf(answer: Answer): string {
  if (!("data" in answer)) return "";
  const { data } = answer;
  if (typeof data === "string") return data;
  if (answer.type === "SRV")
    return [answer.data.priority, answer.data.weight, answer.data.port, answer.data.target].join(" ");
  return Buffer.isBuffer(data) ? data.toString("hex") : JSON.stringify(data);
}

function isEncodable(name: string): boolean {
  const labels = name.split(".").map((label) => Buffer.byteLength(label));
  return (
    labels.every((length) => length > 0 && length < 64) && labels.reduce((sum, length) => sum + length + 1, 1) <= 255
  );
}
