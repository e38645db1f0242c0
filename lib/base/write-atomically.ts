import { renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file so that a reader, or whoever looks after this process was killed, sees the old text or the new one and never a
 * part. The new text goes into a hidden file of the same directory first; that file is gone when the call returns or throws.
 *
 * Synchronous, so that it also works while the process ends. Throws the system's error.
 */
export function writeAtomically(file: string, text: string): void {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
