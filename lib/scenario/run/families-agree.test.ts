import { expect, test } from "vitest";
import type { PathResult } from "../../report/path-result.ts";
import { answeredBy } from "../expect/expect.ts";
import { agreement, plannedAgreement } from "./families-agree.ts";
import { somePod } from "../fixture.ts";
import { path, pathId } from "../path.ts";
import { tcp } from "../probes.ts";
import type { Scenario } from "../scenario.ts";

const scenario: Scenario = { name: "x/y", claim: "", spec: "", covers: [], needs: [], deploy: [], acts: () => [] };
const [client, echo] = [somePod("client"), somePod("echo", "hurup")];
const over = (family: "IPv4" | "IPv6", variant: string) => {
  const to = { ...echo, family };
  return path(variant, { from: { ...client, family }, to, probe: () => tcp("::1"), expect: answeredBy(to) });
};
const paths = ["small", "large"].flatMap((variant) => [over("IPv4", variant), over("IPv6", variant)]);
const group = { scenario, act: { name: "", paths }, pair: "athens -> hurup", paths };

function resultsWith(verdicts: PathResult["verdict"][]): PathResult[] {
  return paths.map((each, index) => {
    const id = pathId("x/y", "", each);
    return { id, title: id.replace("x/y/", ""), verdict: verdicts[index] } as PathResult;
  });
}

test("each comparison counts as an attempt, or reports would not trust it", () => {
  expect(agreement(group, resultsWith(["passed", "passed", "passed", "failed"]))).toMatchObject({
    attempts: { total: 2, asExpected: 1 },
  });
});

test("families whose paths end alike agree, whether they pass or fail", () => {
  expect(agreement(group, resultsWith(["passed", "passed", "failed", "failed"]))).toMatchObject({
    id: "x/y/athens/hurup/families-agree",
    verdict: "passed",
    saw: "no difference in 2 of 2 questions",
  });
});

test("a path that fails over one family only is a difference", () => {
  expect(agreement(group, resultsWith(["passed", "passed", "passed", "failed"]))).toMatchObject({
    verdict: "failed",
    saw: "1 of 2 questions differ, such as athens/worker/client/hurup/worker/echo/large, which fails over IPv6 only",
  });
});

test("what could not be looked at is not compared, and not called equal", () => {
  expect(agreement(group, resultsWith(["passed", "broken", "passed", "passed"]))).toMatchObject({
    verdict: "broken",
    reason: "1 could not be compared",
  });
});

test("a group over one family has nothing to compare", () => {
  const single = { ...group, paths: paths.filter(({ to }) => "family" in to && to.family === "IPv4") };
  expect(plannedAgreement(single)).toBeUndefined();
  expect(agreement(single, [])).toBeUndefined();
});
