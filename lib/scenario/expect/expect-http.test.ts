import { describe, expect, test } from "vitest";
import { outcomes } from "../../probe/outcome.ts";
import {
  answeredByOthers,
  behindCertificate,
  orRedirect,
  type RedirectTarget,
  receivedBy,
  status,
} from "./expect-http.ts";
import { answeredBy } from "./expect.ts";
import { answerOf, silence, somePod } from "../fixture.ts";

const wear = somePod("wear");
const watch = somePod("watch");
const answer = answerOf(wear);

describe("a status", () => {
  const { judge, denial } = status(404);

  test.for(outcomes)("is not kept by %s alone", (outcome) => {
    expect(judge(outcome === "answered" ? answer : silence(outcome)).kept).toBe(false);
  });

  test("is kept by that one, stands on a control, and says what came instead", () => {
    expect(denial).toBe(true);
    expect(judge(silence("http-status", { status: 404 }))).toEqual({ kept: true });
    expect(judge(silence("http-status", { status: 503, detail: "status 503" }))).toMatchObject({
      saw: "http-status 503 (status 503)",
    });
    expect(judge(silence("wrong-answer", { status: 200 }))).toMatchObject({ saw: "wrong-answer 200" });
    expect(judge(answer)).toMatchObject({ saw: "an answer from athens/worker/wear" });
  });
});

describe("an answer by others", () => {
  const { judge, denial } = answeredByOthers();

  test.for(outcomes)("%s", (outcome) => {
    const sighting = outcome === "answered" ? answer : silence(outcome);
    expect(judge(sighting).kept).toBe(["http-status", "wrong-answer", "reset"].includes(outcome));
  });

  test("is none when it says that a pod gave it, even to another question", () => {
    expect(denial).toBe(true);
    expect(judge({ ...answer, outcome: "wrong-answer" }).kept).toBe(false);
  });
});

describe("a redirect", () => {
  const target: RedirectTarget = { scheme: "https", host: "shop.example", path: "/wear?size=42" };
  const { judge, text } = orRedirect(answeredBy(wear), () => target);
  const redirected = (location: string, code = 308) => silence("http-status", { status: code, location });

  test("may stand for the answer, to whatever port", () => {
    expect(text).toBe("an answer from athens/worker/wear, or a redirect to https://shop.example/wear?size=42");
    for (const code of [301, 302, 307, 308])
      expect(judge(redirected("https://shop.example/wear?size=42", code)).kept).toBe(true);
    expect(judge(redirected("https://SHOP.example:30443/wear?size=42")).kept).toBe(true);
    expect(judge(redirected("/wear?size=42")).kept).toBe(true);
    expect(judge(answer).kept).toBe(true);
    expect(judge(answerOf(watch)).kept).toBe(false);
  });

  test.for([
    "http://shop.example/wear?size=42",
    "https://www.shop.example/wear?size=42",
    "https://shop.example/wear",
    "https://shop.example/",
    "https://",
    "/",
  ])("to %s does not", (location) => {
    expect(judge(redirected(location))).toEqual({ kept: false, saw: `http-status 308 to ${location}` });
  });

  test("needs a status that redirects, and a place", () => {
    expect(judge(redirected("https://shop.example/wear?size=42", 200)).kept).toBe(false);
    expect(judge(redirected("https://shop.example/wear?size=42", 304)).kept).toBe(false);
    expect(judge(silence("http-status", { status: 308 })).kept).toBe(false);
  });
});

describe("a certificate", () => {
  const { judge } = behindCertificate(answeredBy(wear), () => "AA:BB");
  const certificate = { fingerprint256: "AA:BB", names: ["shop.example"] };

  test("must be that one, and the answer right", () => {
    expect(judge({ ...answer, certificate }).kept).toBe(true);
    expect(judge({ ...answerOf(watch), certificate })).toMatchObject({ saw: "an answer from athens/worker/watch" });
    expect(judge({ ...answer, certificate: { ...certificate, fingerprint256: "CC" } })).toEqual({
      kept: false,
      saw: "another certificate, for shop.example, SHA-256 CC",
    });
    expect(judge({ ...answer, certificate: { fingerprint256: "CC", names: [] } })).toMatchObject({
      saw: "another certificate, for no name, SHA-256 CC",
    });
  });

  test("must be there", () => {
    expect(judge(answer)).toEqual({ kept: false, saw: "an answer without TLS" });
    expect(judge(silence("tls-failure"))).toEqual({ kept: false, saw: "tls-failure" });
  });
});

describe("what a backend receives", () => {
  const sent = { host: "shop.example", path: "/wear?x=%20" };
  const { judge } = receivedBy(wear, () => sent);
  const received = (changes: object) => ({
    ...answer,
    identity: { ...answer.identity, ...sent, forwarded: { for: "10.0.0.9" }, ...changes } as never,
  });

  test("is host and path as they were sent, and for whom", () => {
    expect(judge(received({}))).toEqual({ kept: true });
    expect(judge(received({ host: "SHOP.example" }))).toEqual({ kept: true });
    expect(judge(received({ host: "wear.svc" }))).toMatchObject({ saw: "the backend received host wear.svc" });
    expect(judge(received({ path: "/wear?x= " }))).toMatchObject({ saw: "the backend received path /wear?x= " });
    expect(judge(received({ forwarded: undefined }))).toMatchObject({ saw: "the backend received no X-Forwarded-For" });
    expect(judge(answerOf(watch)).kept).toBe(false);
    expect(judge(silence("timeout")).kept).toBe(false);
  });
});
