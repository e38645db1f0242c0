import { crossProblems } from "./cross-problems.ts";
import { explainIssue } from "./explain-issue.ts";
import { type Configuration, configurationSchema } from "./configuration-schema.ts";
import { parseDocument, type Problem } from "./parse-document.ts";
import { soundPart } from "./sound-part.ts";

/** Names that a file may use and that do not come from it. */
export interface Known {
  suites: string[];
  scenarios: string[];
}

/** A configuration file that was found good. */
export interface ConfigurationFile {
  /** As the user named it. */
  name: string;
  values: Configuration;
  /** Throws Diagnostic `configuration` when there are problems, with the line and column of each. */
  refuse(problems: Problem[]): void;
}

/**
 * Reads the text of a configuration file; `name` is its name for messages. An empty text sets nothing. Without `known`, names of suites
 * and scenarios are not looked at.
 *
 * Throws Diagnostic `configuration` that names all that is wrong at once, each with its line and column.
 */
export function parseConfiguration(text: string, name: string, known?: Known): ConfigurationFile {
  const { values = {}, refuse } = parseDocument(text, {
    name,
    what: "configuration file",
    cure: `Correct ${name}; lib/cli/config/configuration-schema.json describes every key, and --print-config shows what is in effect.`,
  });
  const parsed = configurationSchema.safeParse(values);
  const problems = (parsed.error?.issues ?? []).flatMap((issue) => explainIssue(issue, values, configurationSchema));
  const sound = soundPart(values, problems);
  refuse([...problems, ...crossProblems(sound, known)]);
  return { name, values: parsed.data ?? {}, refuse };
}
