import { expect, test } from "vitest";
import type { Outcome } from "../../probe/outcome.ts";
import { answeredBy, blocked } from "../expect/expect.ts";
import { answerOf, silence, somePod } from "../fixture.ts";
import { path } from "../path.ts";
import { tcp } from "../probes.ts";
import type { Trial } from "./converge.ts";
import { meaningOf } from "./means.ts";

const client = somePod("client");
const near = somePod("echo");
const far = somePod("echo", "hurup");
const reach = (to: typeof far) =>
  path("tcp", { from: client, to, probe: () => tcp("10.0.0.1"), expect: answeredBy(to) });

function trial(to: typeof far, ...outcomes: Outcome[]): Trial {
  const asked = reach(to);
  const attempts = outcomes.map((outcome) => {
    const observation = outcome === "answered" ? answerOf(to) : silence(outcome);
    return { probe: asked.probe(), observation, judgement: asked.expect.judge(observation) };
  });
  return { path: asked, attempts, startedMs: 0, endedMs: 0 };
}

test("clusters none of whose pods answers may not be joined at all", () => {
  expect(meaningOf([trial(far, "timeout", "timeout"), trial(far, "unreachable")])).toBe(
    "no pod of hurup answers any pod of athens; if they are not meant to talk, say so under expectations in the configuration file",
  );
});

test.each([
  ["one answer", [trial(far, "timeout"), trial(far, "answered", "timeout")]],
  ["a wrong answer", [trial(far, "timeout"), trial(far, "wrong-answer")]],
  ["a path that could not be asked", [trial(far, "timeout"), trial(far)]],
  ["silence within a cluster", [trial(near, "timeout"), trial(near, "timeout")]],
  ["a single path", [trial(far, "timeout")]],
])("%s says less", (_, trials) => {
  expect(meaningOf(trials)).toBeUndefined();
});

test("silence that was promised means nothing of the kind", () => {
  const silent = trial(far, "timeout");
  const denied = { ...silent, path: { ...silent.path, expect: blocked(["timeout"]) } };
  expect(meaningOf([denied, denied])).toBeUndefined();
});
