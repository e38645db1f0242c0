import type { Outcome } from "../probe/outcome.ts";
import type { PathResult } from "../report/path-result.ts";
import { type Way, wayOf } from "./way.ts";

/**
 * How a path failed. `silent` — no answer, or no way; `refused` — somebody said no; `late` — answers took as long as after a lost packet;
 * `nameless`, `server-failure` — what DNS said; `gateway` — an ingress controller said that it got no answer; `wrong` — an answer that
 * was not promised; `hung` — a connection, and no answer on it; `absent` — answers, and none by somebody who should give some; `open` — an answer in place of silence.
 */
export type Symptom =
  | "silent"
  | "refused"
  | "late"
  | "nameless"
  | "server-failure"
  | "gateway"
  | "wrong"
  | "hung"
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

function symptomOf(path: PathResult, way: Way): Symptom {
  const { attempts, outcome, saw } = path;
  if (way.denial) return "open";
  if (isLate(path)) return "late";
  if (isHung(path, way)) return "hung";
  const ended = attempts.lastUnexpected?.outcome ?? outcome;
  if (way.rung === "ingress" && ended === "http-status" && /http-status 50[234]/.test(saw)) return "gateway";
  if (ended === "answered") return saw.startsWith("no answer from") ? "absent" : "wrong";
  // The own kernel says no where a filter of the own host drops what it sends, and where a Service has no backends.
  if (ended === "denied" && (way.rung === "pod" || path.scenario.startsWith("host-paths/node-to"))) return "silent";
  return symptoms[ended];
}

/** Whether it answered, and only after what looks like a lost packet or a slow server. */
export function isLate({ saw }: Pick<PathResult, "saw">): boolean {
  return /^answers that took (a second|two seconds) or more/.test(saw);
}

/** Whoever takes connections and sometimes does not answer is busy; packets get there and back. Large ones may be another matter. */
function isHung({ saw, attempts }: PathResult, { bytes = 0 }: Way): boolean {
  const isConnected = /no (first byte of the answer|end of the TLS handshake)/.test(saw);
  return saw.startsWith("a connection, and then timeout") || (isConnected && attempts.asExpected > 0 && bytes < 576);
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
