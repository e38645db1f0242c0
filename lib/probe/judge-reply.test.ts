import { describe, expect, it } from "vitest";
import { encodeFrame } from "./frame.ts";
import { judgeReply } from "./judge-reply.ts";

const identity = {
  nonce: "n1",
  cluster: "athens",
  node: "worker-1",
  namespace: "meshgate",
  pod: "agent-1",
  uid: "u1",
  clientAddress: "10.0.0.1",
  clientPort: 4000,
};
const payload = Buffer.from("line\nand binary \u0000");

describe("a reply", () => {
  it("is an answer when identity, nonce and payload are right", () => {
    expect(judgeReply(encodeFrame(identity, payload), "n1", payload)).toEqual({ outcome: "answered", identity });
  });

  it("with another nonce is wrong and says who gave it", () => {
    const judged = judgeReply(encodeFrame(identity, payload), "n2", payload);
    expect(judged).toEqual({ outcome: "wrong-answer", identity, detail: "the reply has another nonce" });
  });

  it("with another payload is wrong", () => {
    const judged = judgeReply(encodeFrame(identity, Buffer.from("x")), "n1", payload);
    expect(judged).toMatchObject({ outcome: "wrong-answer", identity, detail: "payload of 1 bytes instead of 17" });
  });

  const { pod: _, ...podless } = identity;
  it.each([
    ["nothing", Buffer.alloc(0)],
    ["no line", Buffer.from("220 mail ready")],
    ["no JSON", Buffer.from("220 mail ready\r\n")],
    ["no object", Buffer.from("null\n")],
    ["a field missing", encodeFrame(podless, payload)],
    ["a field of another type", encodeFrame({ ...identity, clientPort: "4000" }, payload)],
  ])("with %s is no identity", (_name, reply) => {
    expect(judgeReply(reply, "n1", payload)).toEqual({
      outcome: "wrong-answer",
      detail: "the reply is not an identity",
    });
  });
});
