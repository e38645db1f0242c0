import type { Label, Link, Parameter } from "allure-js-commons";
import { printable } from "../../base/printable.ts";
import type { PathResult, ScenarioFacts } from "../path-result.ts";

/** Labels a test with what it is about, for behaviours, tags, the timeline. */
export function labelsOf(paths: [PathResult, ...PathResult[]], scenario: ScenarioFacts | undefined): Label[] {
  const [{ suite, scenario: name, claim, group }] = paths;
  const tags = [
    ...(scenario?.covers ?? []),
    ...(paths.some(({ known }) => known) ? ["known issue"] : []),
    ...(paths.some(({ flap }) => flap) ? ["flap"] : []),
  ];
  return [
    { name: "epic", value: suite },
    { name: "feature", value: name },
    { name: "story", value: printable(claim) },
    ...tags.map((value) => ({ name: "tag", value })),
    // Allure draws its timeline by host and thread: here a row for each group, below its suite.
    { name: "host", value: suite },
    { name: "thread", value: `${name.replace(`${suite}/`, "")} ${group}` },
  ];
}

/** Links a test to the clause that makes its claim true, where that has an address. */
export function linksOf(scenario: ScenarioFacts | undefined): Link[] {
  const { spec = "" } = scenario ?? {};
  return /^https?:/.test(spec) ? [{ name: "specification", url: spec, type: "link" }] : [];
}

/** Names the ends, the scenario and the protocols of a test. */
export function parametersOf(paths: [PathResult, ...PathResult[]]): Parameter[] {
  const [{ from, to, scenario }] = paths;
  const protocols = [...new Set(paths.map(({ protocol }) => protocol))].toSorted().join(", ");
  const fields = {
    "from cluster": from.cluster || "outside",
    "to cluster": to.cluster || "outside",
    scenario,
    protocols,
  };
  // Which test it is, its id says: a run that asks by fewer protocols is still about the same one.
  return Object.entries(fields).map(([name, value]) => ({ name, value, excluded: true }));
}
