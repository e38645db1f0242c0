import type { PathResult } from "../../report/path-result.ts";
import { agreement } from "./families-agree.ts";
import type { Group } from "./plan.ts";
import type { Stage } from "./stage.ts";

/** More at once would measure this machine and the API servers. */
const mostScenarios = 8;

/** Asks one group, and compares families where it is asked over both. Never rejects. */
export async function askGroup(stage: Stage, group: Group): Promise<PathResult[]> {
  const asked = await stage.run(group);
  const compared = agreement(group, asked);
  return compared ? [...asked, compared] : asked;
}

/** Asks all groups of a stage, some scenarios side by side; results in the order of the groups. Never rejects. */
export async function askPlan(stage: Stage, groups: Group[]): Promise<PathResult[]> {
  const waiting = [...Map.groupBy(groups, ({ scenario }) => scenario).values()];
  const results = new Map<Group, PathResult[]>();
  const askNext = async () => {
    for (let ofScenario = waiting.shift(); ofScenario; ofScenario = waiting.shift())
      await Promise.all(ofScenario.map(async (group) => results.set(group, await askGroup(stage, group))));
  };
  await Promise.all(Array.from({ length: mostScenarios }, askNext));
  return groups.flatMap((group) => results.get(group) ?? []);
}
