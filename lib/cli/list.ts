import type { Scenario } from "../scenario/scenario.ts";

/** Writes the scenarios with their claims, requirements and needs, a block each. */
export function listText(scenarios: Scenario[]): string {
  return scenarios
    .map(({ name, claim, covers, needs, spec }) =>
      [
        name,
        `  claim   ${claim}`,
        `  covers  ${covers.join(", ")}`,
        `  needs   ${needs.length === 0 ? "nothing special" : needs.join(", ")}`,
        `  spec    ${spec}`,
      ].join("\n"),
    )
    .concat(`${scenarios.length} scenario${scenarios.length === 1 ? "" : "s"}`)
    .join("\n\n");
}
