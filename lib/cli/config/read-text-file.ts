import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { Diagnostic } from "../../base/diagnostic.ts";

/** A file that the user names: what it is, for messages, and what to do when it cannot be read. */
export interface TextFile {
  /** As the user named it; from `cwd`. */
  name: string;
  cwd: string;
  /** Such as `configuration file`. */
  what: string;
  cure: string;
  /** Then a file that does not exist is no error. */
  mayBeAbsent?: boolean;
}

const mostBytes = 1_000_000;

/**
 * Reads a file of text of at most 1 MB. Undefined when it may be absent and is. Throws Diagnostic `configuration` for what is no regular file, or no
 * text in UTF-8.
 */
export function readTextFile(file: TextFile): string | undefined {
  const bytes = readBytes(file);
  return bytes === undefined ? undefined : textOf(bytes, file);
}

function readBytes(file: TextFile): Buffer | undefined {
  try {
    return readAtMost(file);
  } catch (error) {
    if (error instanceof Diagnostic) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    if (code === "ENOENT" && file.mayBeAbsent) return undefined;
    throw refusal(file, code === "ENOENT" ? "does not exist" : `cannot be read (${code})`);
  }
}

/** A pipe is refused, and not waited for: the program may run again inside a lab and then reads the file once more. */
function readAtMost(file: TextFile): Buffer {
  const opened = openSync(resolve(file.cwd, file.name), constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(opened);
    if (!stat.isFile() && !stat.isCharacterDevice()) throw refusal(file, "is not a regular file");
    const buffer = Buffer.alloc(mostBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = readSync(opened, buffer, length, buffer.length - length, null);
    if (length > mostBytes) throw refusal(file, "is larger than 1 MB");
    return buffer.subarray(0, length);
  } finally {
    closeSync(opened);
  }
}

function textOf(bytes: Buffer, file: TextFile): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {}
  throw refusal(file, "is not text in UTF-8");
}

function refusal({ what, name, cure }: TextFile, why: string): Diagnostic {
  return new Diagnostic("configuration", `The ${what} ${name} ${why}.`, cure);
}
