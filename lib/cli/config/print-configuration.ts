import { stringify } from "yaml";
import { configurationKeys } from "./configuration-schema.ts";
import type { EffectiveConfiguration } from "./effective-configuration.ts";

const schemaFile = "lib/cli/config/configuration-schema.json";

/** Writes a configuration as YAML that reads as the same configuration again. */
export function configurationText(effective: EffectiveConfiguration): string {
  const set = configurationKeys.filter((key) => effective[key] !== undefined);
  const values = Object.fromEntries(set.map((key) => [key, effective[key]]));
  return `# yaml-language-server: $schema=${schemaFile}\n${stringify(values, { aliasDuplicateObjects: false, lineWidth: 0 })}`;
}
