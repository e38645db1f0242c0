import { expect, test } from "vitest";
import type { Outcome } from "../../probe/outcome.ts";
import { accepts, answersHttp, answersNobody, demandsCredentials, refusesAnonymous } from "./expect-ports.ts";
import { answerOf, silence, somePod } from "../fixture.ts";
import type { Sighting } from "../question.ts";

const connected = { connectMs: 1 };
const httpStatus = (status: number): Sighting =>
  silence(status === 200 ? "wrong-answer" : "http-status", { ...connected, status });

/** What can be seen at a port, by a name. */
const seen: Record<string, Sighting> = {
  "401": httpStatus(401),
  "403": httpStatus(403),
  "200": httpStatus(200),
  "400": httpStatus(400),
  "404": httpStatus(404),
  "500": httpStatus(500),
  refused: silence("refused"),
  dropped: silence("timeout"),
  unreachable: silence("unreachable"),
  "an open port that waits": silence("timeout", connected),
  "closed at once": silence("reset", connected),
  "a client certificate wanted": silence("tls-failure", connected),
  "not HTTP": silence("wrong-answer", connected),
  "an agent": { ...answerOf(somePod("echo")), ...connected, status: 200 },
};

function keepers({ judge }: { judge(observation: Sighting): { kept: boolean } }): string[] {
  return Object.entries(seen).flatMap(([name, observation]) => (judge(observation).kept ? [name] : []));
}

test("an API server that demands credentials says so", () => {
  expect(keepers(demandsCredentials())).toEqual(["401", "403"]);
});

test("a kubelet that refuses anonymous reads says so or nothing", () => {
  expect(keepers(refusesAnonymous()).toSorted()).toEqual(
    [
      "401",
      "403",
      "refused",
      "dropped",
      "unreachable",
      "an open port that waits",
      "closed at once",
      "a client certificate wanted",
    ].toSorted(),
  );
});

test("a port that answers nobody takes no connection or ends it without a word", () => {
  expect(keepers(answersNobody()).toSorted()).toEqual(
    ["400", "refused", "dropped", "unreachable", "closed at once", "a client certificate wanted"].toSorted(),
  );
});

test("an open port takes connections; one that speaks HTTP gives a status", () => {
  const closed = ["refused", "dropped", "unreachable"];
  expect(keepers(accepts())).toEqual(Object.keys(seen).filter((name) => !closed.includes(name)));
  expect(keepers(answersHttp())).toEqual(["200", "400", "401", "403", "404", "500", "an agent"]);
});

test.for<Outcome>(["no-such-name", "server-failure", "wrong-answer", "not-run"])("%s is no silence", (outcome) => {
  expect(answersNobody().judge(silence(outcome)).kept).toBe(false);
  expect(refusesAnonymous().judge(silence(outcome)).kept).toBe(false);
});

test("what was seen is told in words", () => {
  const told = Object.values(seen).map((observation) => answersNobody().judge(observation).saw);
  expect(told).toContain("an HTTP answer of status 401");
  expect(told).toContain("a connection, and then timeout");
  expect(told).toContain("a connection, and then an answer from athens/worker/echo");
  expect(told).toContain("refused");
});
