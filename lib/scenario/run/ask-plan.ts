import type { PathResult } from "../../report/path-result.ts";
import { agreement } from "./families-agree.ts";
import type { Group } from "./plan.ts";
import type { Stage } from "./stage.ts";

/** Asks one group, and compares families where it is asked over both. Never rejects. */
export async function askGroup(stage: Stage, group: Group): Promise<PathResult[]> {
  const asked = await stage.run(group);
  const compared = agreement(group, asked);
  return compared ? [...asked, compared] : asked;
}

/** Asks all groups of a stage, side by side as far as their acts let them; results in the order of the groups. Never rejects. */
export async function askPlan(stage: Stage, groups: Group[]): Promise<PathResult[]> {
  const results = await Promise.all(groups.map((group) => askGroup(stage, group)));
  return results.flat();
}
