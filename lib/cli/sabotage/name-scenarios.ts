import { suiteOf } from "../../scenario/scenario.ts";

/** Whether one of these names, of scenarios or of whole suites, stands for this scenario. */
export function isNamedBy(names: string[], scenario: string): boolean {
  return names.includes(scenario) || names.includes(suiteOf(scenario));
}
