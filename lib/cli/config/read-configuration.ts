import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { Diagnostic } from "../../base/diagnostic.ts";
import { type ConfigurationFile, type Known, parseConfiguration } from "./parse-configuration.ts";

/** The file that is read when no other one is named; it may be absent. */
export const standardFile = "meshgate.config.yaml";

const mostBytes = 1_000_000;
const cure = "Check the path that --config names, or leave --config out.";

/**
 * Reads the configuration file that `path` names, else `meshgate.config.yaml` in `cwd`, which may be absent: then nothing is set.
 *
 * Throws Diagnostic `configuration` that names all that is wrong with the file at once, each with its line and column.
 */
export function readConfiguration({ path, cwd }: { path?: string; cwd: string }, known?: Known): ConfigurationFile {
  const name = path ?? standardFile;
  const bytes = readBytes(resolve(cwd, name), name, path === undefined);
  return parseConfiguration(bytes === undefined ? "" : textOf(bytes, name), name, known);
}

function readBytes(file: string, name: string, mayBeAbsent: boolean): Buffer | undefined {
  try {
    return readAtMost(file, name);
  } catch (error) {
    if (error instanceof Diagnostic) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    if (code === "ENOENT" && mayBeAbsent) return undefined;
    const what = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
    throw new Diagnostic("configuration", `The configuration file ${name} ${what}.`, cure);
  }
}

/** A pipe is refused, and not waited for: the program may run again inside a lab and then reads the file once more. */
function readAtMost(file: string, name: string): Buffer {
  const opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(opened);
    if (!stat.isFile() && !stat.isCharacterDevice())
      throw new Diagnostic("configuration", `The configuration file ${name} is not a regular file.`, cure);
    const buffer = Buffer.alloc(mostBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = readSync(opened, buffer, length, buffer.length - length, null);
    if (length > mostBytes)
      throw new Diagnostic("configuration", `The configuration file ${name} is larger than 1 MB.`, cure);
    return buffer.subarray(0, length);
  } finally {
    closeSync(opened);
  }
}

function textOf(bytes: Buffer, name: string): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {}
  throw new Diagnostic("configuration", `The configuration file ${name} is not text in UTF-8.`, cure);
}
