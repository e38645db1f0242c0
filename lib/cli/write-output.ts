import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Diagnostic } from "../base/diagnostic.ts";
import { writeAtomically } from "../base/write-atomically.ts";

/** Writes what a command makes into the file that the user names, else where its messages go. Throws Diagnostic `configuration`. */
export function writeOutput(
  text: string,
  { output, write }: { output: string | undefined; write: (text: string) => void },
): void {
  if (output === undefined) return write(text);
  try {
    mkdirSync(dirname(output), { recursive: true });
    writeAtomically(output, text);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new Diagnostic(
      "configuration",
      `${output} cannot be written (${code}).`,
      "Make its directory writable, or name another file with --output.",
    );
  }
  write(`wrote ${output}\n`);
}
