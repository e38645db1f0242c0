import { type Document, LineCounter, parseDocument } from "yaml";
import { Diagnostic } from "../../base/diagnostic.ts";
import { printable } from "../../base/printable.ts";
import { crossProblems } from "./cross-problems.ts";
import { explainIssue } from "./explain-issue.ts";
import { type Configuration, configurationSchema } from "./configuration-schema.ts";
import { offsetOf } from "./offset-of.ts";
import { soundPart } from "./sound-part.ts";
import { yamlProblems } from "./yaml-problems.ts";

/** Something wrong with a file: where in its values, and a sentence without a full stop. */
export interface Problem {
  path: (string | number)[];
  /** True when it is about the key that ends the path, not about its value. */
  aboutKey?: boolean;
  message: string;
}

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
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  refuseAt(name, lines, yamlProblems(document));
  const values = valuesOf(document, name);
  const refuse = (problems: Problem[]) =>
    refuseAt(
      name,
      lines,
      problems.map(({ message, ...where }) => ({ offset: offsetOf(document, where), message })),
    );
  const parsed = configurationSchema.safeParse(values);
  const problems = (parsed.error?.issues ?? []).flatMap((issue) => explainIssue(issue, values));
  const sound = soundPart(values, problems);
  refuse([...problems, ...crossProblems(sound, known)]);
  return { name, values: parsed.data ?? {}, refuse };
}

function valuesOf(document: Document.Parsed, name: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw wrongFile([`${name}: ${error instanceof Error ? error.message : "it cannot be read"}`], name);
  }
}

function refuseAt(name: string, lines: LineCounter, problems: { offset: number; message: string }[]): void {
  if (problems.length === 0) return;
  const sorted = problems.toSorted((left, right) => left.offset - right.offset);
  throw wrongFile(
    sorted.map(({ offset, message }) => {
      const { line, col } = lines.linePos(offset);
      return `${name}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${message}`;
    }),
    name,
  );
}

const mostShown = 100;

function wrongFile(problems: string[], name: string): Diagnostic {
  const shown = problems.slice(0, mostShown).map(printable);
  const more = problems.length > mostShown ? [`and ${problems.length - mostShown} more`] : [];
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return new Diagnostic(
    "configuration",
    `the configuration file has ${count}\n${[...shown, ...more].map((line) => `  ${line}`).join("\n")}`,
    `Correct ${name}; lib/cli/config/configuration-schema.json describes every key, and --print-config shows what is in effect.`,
  );
}
