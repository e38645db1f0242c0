import { describe, expect, inject, test } from "vitest";
import { groupClient, type PlannedGroup } from "./channel.ts";
import { onScenario } from "../scenario.ts";

declare module "vitest" {
  interface ProvidedContext {
    channel: string;
    groups: PlannedGroup[];
  }
}

/**
 * Makes each scenario that a suite declares a group of vitest tests, one per ordered pair of clusters. A setup file of the
 * suites' vitest run; everything it knows of the run is provided by the main thread.
 */
const runGroup = groupClient(inject("channel"));
const planned = Map.groupBy(inject("groups"), ({ scenario }) => scenario);

onScenario(({ name, claim }) => {
  const groups = planned.get(name);
  if (!groups) return;
  describe.concurrent(name, () => {
    for (const { pair, count, skip } of groups)
      test(`${pair}: ${claim} (${count} paths)`, async (context) => {
        if (skip !== undefined) context.skip(skip);
        expect(await runGroup(name, pair)).toEqual({ verdict: "passed", message: "" });
      });
  });
});
