import { parsePullSecret } from "../cluster/run/pull-secret.ts";
import { loadCatalogue, onlySuites } from "../scenario/catalogue.ts";
import { configurationText } from "./config/print-configuration.ts";
import { requireNames } from "./config/require-names.ts";
import { configuredOptions } from "./configured-options.ts";
import { onEmbeddedLab, runAgainInside, runOnEmbeddedLab } from "./embedded-lab.ts";
import { labToEnter } from "./inside-lab.ts";
import { parseCommandLine } from "./options.ts";
import { readGates } from "./read-gates.ts";
import { kubeconfigFor, run } from "./run.ts";

/**
 * The main job: on the clusters that the options or the configuration file name, else on the embedded lab. Returns the exit code.
 * Throws Diagnostic.
 */
export async function test(args: string[], write: (text: string) => void): Promise<number> {
  const parsed = parseCommandLine(args);
  if ("printed" in parsed) {
    write(parsed.printed);
    return 0;
  }
  const { given } = parsed.options;
  const all = await loadCatalogue([]);
  const known = { suites: all.suites, scenarios: all.scenarios.map(({ name }) => name) };
  const { file, effective, options } = configuredOptions(parsed.options, known);
  const catalogue = onlySuites(all, options.suites);
  if (given.imagePullSecret !== undefined) parsePullSecret(given.imagePullSecret);
  if (parsed.options.printConfig) {
    write(configurationText(effective));
    return 0;
  }
  const gates = options.list
    ? {}
    : readGates(options, { scenarios: known.scenarios, isFailOnGiven: given.failOn !== undefined });
  if (!options.list) {
    if (options.contexts.length === 0) return runOnEmbeddedLab(args, write);
    const kubeconfig = kubeconfigFor(options);
    requireNames(file, { given: given.contexts ? options.contexts : [], kubeconfig: kubeconfig.contexts });
    const handle = labToEnter(kubeconfig, options.contexts);
    if (handle) return runAgainInside(handle, args);
  }
  return run(options, catalogue, { command: args, lab: onEmbeddedLab, gates, write });
}
