import { decodeFrame } from "./frame.ts";
import type { Outcome } from "./outcome.ts";
import { differenceOf } from "./payload.ts";
import type { Identity } from "./probe.ts";

export interface Judgement {
  outcome: Outcome;
  /** Who answered, also when the answer is wrong. */
  identity?: Identity;
  detail?: string;
}

/** Says whether a complete reply is an identity with this nonce and the payload that was sent, byte by byte. */
export function judgeReply(reply: Buffer, nonce: string, sent: Buffer): Judgement {
  const frame = decodeFrame(reply);
  if (!frame || !isIdentity(frame.head)) return { outcome: "wrong-answer", detail: "the reply is not an identity" };
  const identity = frame.head;
  if (identity.nonce !== nonce) return { outcome: "wrong-answer", identity, detail: "the reply has another nonce" };
  const difference = differenceOf(sent, frame.payload);
  return difference === undefined
    ? { outcome: "answered", identity }
    : { outcome: "wrong-answer", identity, detail: difference };
}

/** Says whether a parsed line is what our server says of itself. */
function isIdentity(value: unknown): value is Identity {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<string, unknown>;
  return texts.every((name) => typeof fields[name] === "string") && typeof fields["clientPort"] === "number";
}

const texts = ["nonce", "cluster", "node", "namespace", "pod", "uid", "clientAddress"] as const;
