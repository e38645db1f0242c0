import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { closest } from "../base/closest.ts";
import { Diagnostic } from "../base/diagnostic.ts";
import { onScenario, type Scenario, suiteOf } from "./scenario.ts";

const suitesDirectory = join(import.meta.dirname, "../../suites");

/** The scenarios of the chosen suites, in the order of files and declarations, and the files that declare them. */
export interface Catalogue {
  scenarios: Scenario[];
  files: string[];
}

/**
 * Imports the suites and gathers their scenarios.
 *
 * `only` names suites; empty means all. Throws Diagnostic `configuration` for a suite that does not exist.
 */
export async function loadCatalogue(only: string[]): Promise<Catalogue> {
  const scenarios: Scenario[] = [];
  onScenario((scenario) => scenarios.push(scenario));
  const available = await suiteFiles();
  for (const name of only) requireSuite(name, [...available.keys()]);
  const chosen = [...available].filter(([suite]) => only.length === 0 || only.includes(suite));
  for (const [, file] of chosen) await import(pathToFileURL(file).href);
  const misplaced = scenarios.find(({ name }) => !available.has(suiteOf(name)));
  if (misplaced) throw new Error(`scenario ${misplaced.name} is not in the suite file that its name begins with`);
  return { scenarios, files: chosen.map(([, file]) => file) };
}

async function suiteFiles(): Promise<Map<string, string>> {
  const names = (await readdir(suitesDirectory)).filter((name) => name.endsWith(".suite.ts")).toSorted();
  return new Map(names.map((name) => [name.replace(".suite.ts", ""), join(suitesDirectory, name)]));
}

function requireSuite(name: string, available: string[]): void {
  if (available.includes(name)) return;
  const nearest = closest(name, available);
  const hint = nearest === undefined ? "" : `Did you mean --suite ${nearest}?\n`;
  throw new Diagnostic("configuration", `there is no suite ${name}`, `${hint}Suites: ${available.join(", ")}.`);
}
