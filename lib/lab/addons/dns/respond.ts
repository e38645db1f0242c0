import {
  AUTHORITATIVE_ANSWER,
  TRUNCATED_RESPONSE,
  RECURSION_DESIRED,
  decode,
  encode,
  encodingLength,
  type Answer as PacketRecord,
  type OptAnswer,
  type Packet,
} from "dns-packet";
import type { Answer, DnsRecord } from "./answer.ts";

const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
const opcodeMask = 0x7800;
const smallestUdpBytes = 512;
const largestTcpBytes = 65_535;
const headerBytes = 12;

/** Answers one question of the class IN. */
export type AnswerQuestion = (question: { name: string; type: string }) => Answer;

/**
 * Makes the reply to one DNS message; undefined when it deserves none (a reply, or too short to have an id).
 *
 * A reply over UDP that does not fit what the client takes (512 bytes, or what its EDNS record says) loses its additional records,
 * then answers and says so (TC). Addresses come in random order.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1035#section-4
 * @see https://www.rfc-editor.org/rfc/rfc6891
 */
export function respond(message: Buffer, transport: "udp" | "tcp", answerQuestion: AnswerQuestion): Buffer | undefined {
  if (message.length < headerBytes || (message.readUInt8(2) & 0x80) !== 0) return undefined;
  try {
    return reply(message, transport, answerQuestion);
  } catch {
    // What cannot be taken apart, or put together again, was not well formed.
    return bareReply(message, "FORMERR");
  }
}

function reply(message: Buffer, transport: "udp" | "tcp", answerQuestion: AnswerQuestion): Buffer {
  const query = decode(message);
  const queryFlags = query.flags ?? 0;
  if ((queryFlags & opcodeMask) !== 0) return bareReply(message, "NOTIMP");
  const [question, ...others] = query.questions ?? [];
  if (question === undefined || others.length > 0) return bareReply(message, "FORMERR");
  if (question.class !== "IN") return bareReply(message, "REFUSED");

  const asked = query.additionals?.find((record): record is OptAnswer => record.type === "OPT");
  const base: Packet = { type: "response", id: query.id ?? 0, questions: [question] };
  const keptFlags = queryFlags & RECURSION_DESIRED;
  const extra = asked === undefined ? [] : [optionsReply(asked)];
  if (asked !== undefined && asked.ednsVersion > 0) return encode({ ...base, flags: keptFlags, additionals: extra });

  const answer = answerQuestion(question);
  const flags = keptFlags | rcodes[answer.rcode] | (answer.isAuthoritative ? AUTHORITATIVE_ANSWER : 0);
  const limit = transport === "tcp" ? largestTcpBytes : Math.max(smallestUdpBytes, asked?.udpPayloadSize ?? 0);
  return fitting({ ...base, flags, authorities: packetRecords(answer.authorities) }, answer, extra, limit);
}

function fitting(base: Packet, answer: Answer, extra: PacketRecord[], limit: number): Buffer {
  const answers = packetRecords(shuffledAddresses(answer.answers));
  const whole = { ...base, answers, additionals: [...packetRecords(answer.additionals), ...extra] };
  if (encodingLength(whole) <= limit) return encode(whole);
  const bare = { ...base, answers, additionals: extra };
  if (encodingLength(bare) <= limit) return encode(bare);
  const truncated = { ...bare, authorities: [], flags: (base.flags ?? 0) | TRUNCATED_RESPONSE };
  while (answers.length > 0 && encodingLength(truncated) > limit) answers.pop();
  return encode(truncated);
}

/** Only the header, for a message that could not be read further. */
function bareReply(message: Buffer, rcode: keyof typeof rcodes): Buffer {
  const flags = (message.readUInt16BE(2) & (opcodeMask | RECURSION_DESIRED)) | rcodes[rcode];
  return encode({ type: "response", id: message.readUInt16BE(0), flags });
}

function optionsReply({ udpPayloadSize, flags, ednsVersion }: OptAnswer): PacketRecord {
  return {
    type: "OPT",
    name: ".",
    udpPayloadSize,
    // With the four bits of the header, 16: BADVERS.
    extendedRcode: ednsVersion > 0 ? 1 : 0,
    ednsVersion: 0,
    flags,
    flag_do: false,
    options: [],
  };
}

function packetRecords(records: DnsRecord[]): PacketRecord[] {
  return records.map((record) => ({ ...record, class: "IN" }));
}

/** Aliases stay in front of what they lead to. */
function shuffledAddresses(records: DnsRecord[]): DnsRecord[] {
  const isAddress = ({ type }: DnsRecord): boolean => type === "A" || type === "AAAA";
  const addresses = records.filter(isAddress);
  for (let last = addresses.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [addresses[last], addresses[other]] = [addresses[other]!, addresses[last]!];
  }
  return [...records.filter((record) => !isAddress(record)), ...addresses];
}
