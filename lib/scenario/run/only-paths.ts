import { type Path, pathId } from "../path.ts";
import type { Group } from "./plan.ts";

/**
 * Leaves only the paths of these ids in groups, with the controls that they stand on. Of a scenario that keeps any path all acts stay, those
 * without paths too, so that asking them again changes what it changed before; scenarios that keep none are left out.
 */
export function onlyPaths(groups: Group[], ids: ReadonlySet<string>): Group[] {
  const wanted = new Set<Path>();
  for (const { scenario, act, paths } of groups)
    for (const path of paths)
      if (ids.has(pathId(scenario.name, act.name, path)))
        for (let kept: Path | undefined = path; kept; kept = kept.control) wanted.add(kept);
  const reduced = groups.map((group) => ({ ...group, paths: group.paths.filter((path) => wanted.has(path)) }));
  const scenarios = new Set(reduced.filter(({ paths }) => paths.length > 0).map(({ scenario }) => scenario));
  return reduced.filter(({ scenario, act, paths }) => scenarios.has(scenario) && (paths.length > 0 || act.change));
}
