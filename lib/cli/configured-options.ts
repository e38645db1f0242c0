import type { Configuration } from "./config/configuration-schema.ts";
import { type EffectiveConfiguration, effectiveConfiguration } from "./config/effective-configuration.ts";
import type { ConfigurationFile, Known } from "./config/parse-configuration.ts";
import { readConfiguration } from "./config/read-configuration.ts";
import { type Flags, runOptions } from "./effective-options.ts";
import type { RunOptions } from "./run-options.ts";

/** What a command does, and where that comes from. */
export interface Configured {
  file: ConfigurationFile;
  effective: EffectiveConfiguration;
  options: RunOptions;
}

const noFlags: Flags = { list: false, dryRun: false, keep: false, color: true };

/**
 * Reads the configuration file that `config` names, or the standard one, and merges it with what the options of a command say. Throws
 * Diagnostic `configuration`.
 */
export function configuredOptions(
  { given, config, flags = noFlags }: { given: Configuration; config?: string; flags?: Flags },
  known?: Known,
): Configured {
  const file = readConfiguration({ ...(config === undefined ? {} : { path: config }), cwd: process.cwd() }, known);
  const effective = effectiveConfiguration(file.values, given);
  return { file, effective, options: runOptions(effective, flags) };
}
