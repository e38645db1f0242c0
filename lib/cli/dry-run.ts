import { pathId } from "../scenario/path.ts";
import { groupName } from "../scenario/run/result.ts";
import type { Plan } from "../scenario/run/plan.ts";

/** Writes the plan: a line per group with its count, then the stable id of each path, then what is skipped and why. */
export function planText({ groups, skips, empty }: Plan): string {
  const lines: string[] = [];
  for (const { scenario, act, pair, paths } of groups) {
    lines.push(`${scenario.name}  ${groupName(pair, act.name)}  ${paths.length} paths`);
    lines.push(...paths.map((path) => `  ${pathId(scenario.name, act.name, path)}`));
  }
  lines.push(...skips.map(({ scenario, cluster, reason }) => `${scenario.name}  ${cluster}  skipped: ${reason}`));
  lines.push(...empty.map(({ name }) => `${name}  no path between the chosen nodes`));
  const total = groups.reduce((sum, { paths }) => sum + paths.length, 0);
  lines.push(`${total} paths in ${groups.length} groups, ${skips.length} skipped; nothing was deployed`);
  return lines.join("\n");
}
