import type { Outcome } from "../probe/outcome.ts";
import type { PathResult } from "../report/path-result.ts";
import { type Way, wayOf } from "./way.ts";

/**
 * How a path failed. `silent` — no answer, or no way; `refused` — somebody said no; `late` — answers took as long as after a lost packet;
 * `nameless`, `server-failure` — what DNS said; `gateway` — an ingress controller said that it got no answer; `wrong` — an answer that
 * was not promised; `absent` — answers, and none by somebody who should give some; `open` — an answer in place of silence.
 */
export type Symptom =
  | "silent"
  | "refused"
  | "late"
  | "nameless"
  | "server-failure"
  | "gateway"
  | "wrong"
  | "absent"
  | "open";

/** A path that passed or failed, in the words of a diagnosis. */
export interface Seen {
  path: PathResult;
  way: Way;
  transport: "tcp" | "udp" | undefined;
  /** Absent for a path that passed. */
  symptom?: Symptom;
  /** True when some attempts were as expected. */
  partly: boolean;
}

/** Leaves out what says nothing: broken and skipped paths. In the order of their ids, so that no other order matters. */
export function seenOf(paths: readonly PathResult[]): Seen[] {
  return paths
    .filter(({ verdict }) => verdict === "passed" || verdict === "failed")
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map((path) => {
      const way = wayOf(path);
      const { attempts, verdict } = path;
      return {
        path,
        way,
        transport: transportOf(path.protocol),
        ...(verdict === "failed" ? { symptom: symptomOf(path, way) } : {}),
        partly: attempts.asExpected > 0,
      };
    });
}

function transportOf(protocol: string): Seen["transport"] {
  if (protocol.startsWith("tcp")) return "tcp";
  return protocol.startsWith("udp") ? "udp" : undefined;
}

function symptomOf({ attempts, outcome, saw }: PathResult, way: Way): Symptom {
  if (way.denial) return "open";
  if (saw.startsWith("answers that took a second or more")) return "late";
  const ended = attempts.lastUnexpected?.outcome ?? outcome;
  if (way.rung === "ingress" && ended === "http-status" && /http-status 50[234]/.test(saw)) return "gateway";
  if (ended === "answered") return saw.startsWith("no answer from") ? "absent" : "wrong";
  return symptoms[ended];
}

const symptoms: Record<Outcome, Symptom> = {
  answered: "wrong",
  refused: "refused",
  denied: "refused",
  timeout: "silent",
  unreachable: "silent",
  reset: "refused",
  "no-such-name": "nameless",
  "no-data": "nameless",
  "server-failure": "server-failure",
  "tls-failure": "wrong",
  "wrong-answer": "wrong",
  "http-status": "wrong",
  "not-run": "silent",
};
