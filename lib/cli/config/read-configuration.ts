import { type ConfigurationFile, type Known, parseConfiguration } from "./parse-configuration.ts";
import { readTextFile } from "./read-text-file.ts";

/** The file that is read when no other one is named; it may be absent. */
export const standardFile = "meshgate.config.yaml";

/**
 * Reads the configuration file that `path` names, else `meshgate.config.yaml` in `cwd`, which may be absent: then nothing is set.
 *
 * Throws Diagnostic `configuration` that names all that is wrong with the file at once, each with its line and column.
 */
export function readConfiguration({ path, cwd }: { path?: string; cwd: string }, known?: Known): ConfigurationFile {
  const name = path ?? standardFile;
  const text = readTextFile({
    name,
    cwd,
    what: "configuration file",
    cure: "Check the path that --config names, or leave --config out.",
    mayBeAbsent: path === undefined,
  });
  return parseConfiguration(text ?? "", name, known);
}
