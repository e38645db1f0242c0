/** One place where a rule of the house is broken. */
export interface Violation {
  path: string;
  /** Line from 1; absent when the file as a whole is meant. */
  line?: number;
  message: string;
}

/** Finds every match of a pattern in a text. `message` is made of the match. */
export function violationsOf(
  path: string,
  text: string,
  pattern: RegExp,
  message: (match: RegExpExecArray) => string | undefined,
): Violation[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const told = message(match);
    return told === undefined ? [] : [{ path, line: lineAt(text, match.index), message: told }];
  });
}

/** The line, from 1, of a position in a text. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** Prints violations one per line, in the order of files and lines. */
export function renderViolations(violations: Violation[]): string {
  return violations
    .toSorted((left, right) => left.path.localeCompare(right.path) || (left.line ?? 0) - (right.line ?? 0))
    .map(({ path, line, message }) => `${path}${line === undefined ? "" : `:${line}`}  ${message}`)
    .join("\n");
}
