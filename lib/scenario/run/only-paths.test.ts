import { expect, test } from "vitest";
import { answeredBy, blocked } from "../expect/expect.ts";
import { somePod } from "../fixture.ts";
import { path } from "../path.ts";
import type { Act, Scenario } from "../scenario.ts";
import { onlyPaths } from "./only-paths.ts";
import type { Group } from "./plan.ts";

const [client, echo] = [somePod("client"), somePod("echo")];
const probe = () => ({ kind: "tcp", host: "10.0.0.1", port: 1, timeoutMs: 1000 }) as const;
const answers = path("tcp", { from: client, to: echo, probe, expect: answeredBy(echo) });
const other = path("udp", { from: client, to: echo, probe, expect: answeredBy(echo) });
const silent = path("tcp", { from: client, to: echo, probe, expect: blocked(["timeout"]), control: answers });
const elsewhere = path("tcp", { from: client, to: echo, probe, expect: answeredBy(echo) });
const change = () => Promise.resolve();

function groupsOf(name: string, ...acts: Act[]): Group[] {
  const scenario: Scenario = { name, claim: "", spec: "", covers: [], needs: [], deploy: [], acts: () => acts };
  return acts.map((act) => ({ scenario, act, pair: "athens -> athens", paths: [...act.paths] }));
}

const groups = [
  ...groupsOf(
    "policy/denied",
    { name: "open", paths: [answers, other] },
    { name: "denied", change, paths: [silent, other] },
    { name: "lifted", change, paths: [other] },
  ),
  ...groupsOf("policy/other", { name: "", paths: [elsewhere] }),
];

function kept(...ids: string[]) {
  return onlyPaths(groups, new Set(ids)).map(({ scenario, act, paths }) => [scenario.name, act.name, paths]);
}

test("a denial comes with its control, and with all changes of its scenario", () => {
  expect(kept("policy/denied/denied/athens/worker/client/athens/worker/echo/tcp")).toEqual([
    ["policy/denied", "open", [answers]],
    ["policy/denied", "denied", [silent]],
    ["policy/denied", "lifted", []],
  ]);
});

test("the same path in another act is another path", () => {
  expect(kept("policy/denied/lifted/athens/worker/client/athens/worker/echo/udp")).toEqual([
    ["policy/denied", "denied", []],
    ["policy/denied", "lifted", [other]],
  ]);
});

test("scenarios of which nothing is wanted are left out", () => {
  expect(kept("policy/other/athens/worker/client/athens/worker/echo/tcp")).toEqual([["policy/other", "", [elsewhere]]]);
  expect(kept("policy/unknown")).toEqual([]);
});
