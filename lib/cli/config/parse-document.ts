import { type Document, LineCounter, parseDocument as parseYaml } from "yaml";
import { Diagnostic } from "../../base/diagnostic.ts";
import { printable } from "../../base/printable.ts";
import { offsetOf } from "./offset-of.ts";
import { yamlProblems } from "./yaml-problems.ts";

/** Something wrong with a file: where in its values, and a sentence without a full stop. */
export interface Problem {
  path: (string | number)[];
  /** True when it is about the key that ends the path, not about its value. */
  aboutKey?: boolean;
  message: string;
}

/** A file of YAML, which JSON is, too. */
export interface ParsedDocument {
  /** Undefined for a file without content. */
  values: unknown;
  /** Throws Diagnostic `configuration` when there are problems, with the line and column of each. */
  refuse(problems: Problem[]): void;
}

/** What a file is called in messages. */
export interface DocumentName {
  /** As the user named it. */
  name: string;
  /** Such as `configuration file`. */
  what: string;
  /** A sentence that ends the message of everything that is wrong with it. */
  cure: string;
}

/** Reads the text of a file. Throws Diagnostic `configuration` for what is not YAML. */
export function parseDocument(text: string, file: DocumentName): ParsedDocument {
  const lines = new LineCounter();
  const document = parseYaml(text, { lineCounter: lines, prettyErrors: false });
  refuseAt(file, lines, yamlProblems(document));
  return {
    values: valuesOf(document, file) ?? undefined,
    refuse: (problems) =>
      refuseAt(
        file,
        lines,
        problems.map(({ message, ...where }) => ({ offset: offsetOf(document, where), message })),
      ),
  };
}

function valuesOf(document: Document.Parsed, file: DocumentName): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw wrongFile([`${file.name}: ${error instanceof Error ? error.message : "it cannot be read"}`], file);
  }
}

function refuseAt(file: DocumentName, lines: LineCounter, problems: { offset: number; message: string }[]): void {
  if (problems.length === 0) return;
  const sorted = problems.toSorted((left, right) => left.offset - right.offset);
  throw wrongFile(
    sorted.map(({ offset, message }) => {
      const { line, col } = lines.linePos(offset);
      return `${file.name}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${message}`;
    }),
    file,
  );
}

const mostShown = 100;

function wrongFile(problems: string[], { what, cure }: DocumentName): Diagnostic {
  const shown = problems.slice(0, mostShown).map(printable);
  const more = problems.length > mostShown ? [`and ${problems.length - mostShown} more`] : [];
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return new Diagnostic(
    "configuration",
    `the ${what} has ${count}\n${[...shown, ...more].map((line) => `  ${line}`).join("\n")}`,
    cure,
  );
}
