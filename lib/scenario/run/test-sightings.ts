import type { Outcome } from "../../probe/outcome.ts";
import type { KubeObject } from "../../cluster/cluster.ts";
import { answerOf, silence, somePod } from "../fixture.ts";
import type { Pod } from "../place.ts";
import type { Question, Sighting } from "../question.ts";

export const echo = somePod("echo");
export const other = somePod("other", "athens", "worker2");
export const stranger = somePod("stranger", "hurup");

/** Of questions that paths ask; the others are for a diagnosis, and nobody judges what they see. */
export type Kind = Exclude<Question["kind"], "arrivals" | "path-mtu">;

/** What was seen by an outcome that a promise tells apart further. */
export interface Answers {
  /** As promised, once and again. */
  own: Sighting;
  /** Takes turns with `own`. */
  turn: Sighting;
  /** By somebody else, or with other content. */
  other: Sighting;
  /** Without the content that is judged. */
  empty: Sighting;
}

/** The columns of the table: ways in which all attempts on a path end. Each outcome has one at least. */
export const columns = [
  ["own", "answered"],
  ["turns", "answered"],
  ["other", "answered"],
  ["empty", "answered"],
  ["refused", "refused"],
  ["denied", "denied"],
  ["timeout", "timeout"],
  ["connected, timeout", "timeout"],
  ["unreachable", "unreachable"],
  ["reset", "reset"],
  ["no-such-name", "no-such-name"],
  ["no-data", "no-data"],
  ["server-failure", "server-failure"],
  ["tls-failure", "tls-failure"],
  ["wrong-answer", "wrong-answer"],
  ["wrong-answer by a pod", "wrong-answer"],
  ["308", "http-status"],
  ["400", "http-status"],
  ["401", "http-status"],
  ["404", "http-status"],
  ["503", "http-status"],
  ["not-run", "not-run"],
] as const satisfies [string, Outcome][];

export type Column = (typeof columns)[number][0];

/** Gives what a probe of this kind sees at the n-th attempt. */
export function sightingOf(column: Column, kind: Kind, answers: Answers, attempt: number): Sighting {
  const seen = bare(column, answers, attempt);
  const isHttp = kind === "http";
  const isConnected = ["answered", "reset", "tls-failure", "wrong-answer", "http-status"].includes(seen.outcome);
  const connects = kind === "udp" || ((isHttp || kind === "tcp") && (isConnected || column === "connected, timeout"));
  return {
    ...(isHttp && ["answered", "wrong-answer"].includes(seen.outcome) ? { status: 200 } : {}),
    ...(connects ? { connectMs: 1 } : {}),
    ...seen,
  };
}

function bare(column: Column, answers: Answers, attempt: number): Sighting {
  switch (column) {
    case "own":
    case "other":
    case "empty":
      return answers[column];
    case "turns":
      return attempt % 2 === 0 ? answers.own : answers.turn;
    case "connected, timeout":
      return silence("timeout");
    case "wrong-answer by a pod":
      return { ...answerOf(echo), outcome: "wrong-answer" };
    case "308":
      return silence("http-status", { status: 308, location: "https://shop.example/wear" });
    case "400":
    case "401":
    case "404":
    case "503":
      return silence("http-status", { status: Number(column) });
    default:
      return silence(column);
  }
}

/** Answers of pods: by the promised one, by two in turn, by one that is not behind it, and by nobody who tells who they are. */
export const byPods: Answers = {
  own: answerOf(echo),
  turn: answerOf(other),
  other: answerOf(stranger),
  empty: silence("answered"),
};

/** As byPods, with something about the promised one's answer that is judged, and differs where it is `other`. */
export function withExtra(own: Partial<Sighting>, different: Partial<Sighting>, pod: Pod = echo): Answers {
  const answer = answerOf(pod);
  const changed = { ...answer, ...different };
  return { own: { ...answer, ...own }, turn: changed, other: changed, empty: silence("answered") };
}

/** Answers of DNS: a record as promised, another one, and none. */
export function records(type: string, own: string, different: string): Answers {
  const record = (data: string) => silence("answered", { answers: [{ name: "n", type, ttlSeconds: 5, data }] });
  return {
    own: record(own),
    turn: record(different),
    other: record(different),
    empty: silence("answered", { answers: [] }),
  };
}

/** Answers of an API server: objects as promised, others, and none. */
export function objects(own: object | undefined, different: object): Answers {
  const seen = (parts: object | undefined) =>
    silence("answered", { objects: parts === undefined ? [] : [objectOf(parts)] });
  return { own: seen(own), turn: seen(different), other: seen(different), empty: seen(undefined) };
}

export function objectOf(parts: object): KubeObject {
  return { apiVersion: "v1", kind: "Any", metadata: { name: "any", namespace: "n" }, ...parts };
}
