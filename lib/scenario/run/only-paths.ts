import { type Path, pathId } from "../path.ts";
import type { Group } from "./plan.ts";

/**
 * Leaves only the paths of these ids in groups, with the controls that they stand on. Of a scenario that keeps any path all acts stay, those
 * without paths too, so that asking them again changes what it changed before; scenarios that keep none are left out.
 */
export function onlyPaths(groups: Group[], ids: ReadonlySet<string>): Group[] {
  const isWanted = ({ scenario, act }: Group, path: Path) => ids.has(pathId(scenario.name, act.name, path));
  const controls = new Set<Path>();
  for (const group of groups)
    for (const path of group.paths.filter((each) => isWanted(group, each)))
      for (let control = path.control; control; control = control.control) controls.add(control);
  const reduced = groups.map((group) => ({
    ...group,
    paths: group.paths.filter((path) => isWanted(group, path) || controls.has(path)),
  }));
  const scenarios = new Set(reduced.filter(({ paths }) => paths.length > 0).map(({ scenario }) => scenario));
  return reduced.filter(({ scenario, act, paths }) => scenarios.has(scenario) && (paths.length > 0 || act.change));
}
