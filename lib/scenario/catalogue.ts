import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { closest } from "../base/closest.ts";
import { Diagnostic } from "../base/diagnostic.ts";
import { onScenario, type Scenario, suiteOf } from "./scenario.ts";

const suitesDirectory = join(import.meta.dirname, "../../suites");

/** Scenarios in the order of files and declarations, and the files that declare them. */
export interface Catalogue {
  scenarios: Scenario[];
  /** Names of the suites, one for each file. */
  suites: string[];
  files: string[];
}

/**
 * Imports all suites, once in a process, and gathers their scenarios, or those of the suites in `only`.
 *
 * Throws Diagnostic `configuration` for a suite that does not exist.
 */
export async function loadCatalogue(only: string[]): Promise<Catalogue> {
  return onlySuites(await loaded(), only);
}

/** Leaves only these suites in a catalogue; empty means all. Throws Diagnostic `configuration` for one that it does not have. */
export function onlySuites(catalogue: Catalogue, only: string[]): Catalogue {
  if (only.length === 0) return catalogue;
  for (const name of only) requireSuite(name, catalogue.suites);
  const chosen = catalogue.suites.map((suite, index) => ({ suite, file: catalogue.files[index] ?? "" }));
  const kept = chosen.filter(({ suite }) => only.includes(suite));
  return {
    scenarios: catalogue.scenarios.filter(({ name }) => only.includes(suiteOf(name))),
    suites: kept.map(({ suite }) => suite),
    files: kept.map(({ file }) => file),
  };
}

let whole: Promise<Catalogue> | undefined;

/** A module is run once only, so that it declares its scenarios once. */
function loaded(): Promise<Catalogue> {
  return (whole ??= importSuites());
}

async function importSuites(): Promise<Catalogue> {
  const scenarios: Scenario[] = [];
  onScenario((scenario) => scenarios.push(scenario));
  const available = await suiteFiles();
  for (const file of available.values()) await import(pathToFileURL(file).href);
  const misplaced = scenarios.find(({ name }) => !available.has(suiteOf(name)));
  if (misplaced) throw new Error(`scenario ${misplaced.name} is not in the suite file that its name begins with`);
  return { scenarios, suites: [...available.keys()], files: [...available.values()] };
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
