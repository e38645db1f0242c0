import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Diagnostic } from "../base/diagnostic.ts";
import { writeAtomically } from "../base/write-atomically.ts";

/**
 * Makes the directory of a run's reports, `ROOT/RUN`, and lets `ROOT/latest` point to it. Returns the directory's path.
 *
 * Runs never share a directory: when there is one of this name, `-2`, `-3` and so on is appended. Throws a `configuration` diagnostic
 * when the directory cannot be made.
 */
export function reportDirectory({ root, runId }: { root: string; runId: string }): string {
  try {
    mkdirSync(root, { recursive: true });
    const name = makeOwnDirectory(root, runId);
    pointLatest(root, name);
    return join(root, name);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new Diagnostic(
      "configuration",
      `The reports directory ${root} cannot be written (${code}).`,
      "Make it writable, or choose another one.",
    );
  }
}

/**
 * Lets `ROOT/latest` point to the directory `name` beside it, in one step: whoever looks sees the old run or the new one.
 *
 * Where `symlink` fails, as on file systems without symbolic links, `latest` becomes a text file that holds the name.
 */
export function pointLatest(root: string, name: string, symlink: typeof symlinkSync = symlinkSync): void {
  const latest = join(root, "latest");
  const temporary = join(root, `.latest.${process.pid}.tmp`);
  try {
    rmSync(temporary, { force: true });
    symlink(name, temporary);
    renameSync(temporary, latest);
  } catch {
    rmSync(temporary, { force: true });
    writeAtomically(latest, `${name}\n`);
  }
}

function makeOwnDirectory(root: string, runId: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? runId : `${runId}-${number}`;
    try {
      mkdirSync(join(root, name));
      return name;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}
