import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { VolumeFile } from "./volume-files.ts";

/**
 * Writes files into a directory so that a reader sees either all old or all new ones: the files lie in a fresh directory, `..data` is a link
 * to it that is swapped in one step, and every name at the top is a link through `..data`. The same files again change nothing.
 *
 * Returns whether anything changed. A path that leaves the directory throws.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
 */
export function writeAtomically(directory: string, files: VolumeFile[]): boolean {
  mkdirSync(directory, { recursive: true });
  const before = currentData(directory);
  const digest = digestOf(files);
  if (before?.includes(digest)) return false;

  const fresh = mkdtempSync(join(directory, `..${digest}.`));
  chmodSync(fresh, 0o755);
  for (const { path, content, mode } of files) {
    if (path.startsWith("/") || path.split("/").includes("..")) throw new Error(`${path} leaves its volume`);
    const file = join(fresh, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }
  symlinkSync(fresh.slice(directory.length + 1), join(directory, "..data_tmp"));
  renameSync(join(directory, "..data_tmp"), join(directory, "..data"));
  linkNames(directory, new Set(files.map(({ path }) => path.split("/")[0] ?? path)));
  if (before) rmSync(join(directory, before), { recursive: true, force: true });
  return true;
}

function linkNames(directory: string, names: ReadonlySet<string>): void {
  // Folders in which other volumes have their place are none of ours.
  const linked = readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isSymbolicLink() && !entry.name.startsWith("..") ? [entry.name] : [],
  );
  for (const name of linked) if (!names.has(name)) rmSync(join(directory, name));
  for (const name of names) if (!linked.includes(name)) symlinkSync(`..data/${name}`, join(directory, name));
}

function currentData(directory: string): string | undefined {
  try {
    return readlinkSync(join(directory, "..data"));
  } catch {
    return undefined;
  }
}

function digestOf(files: VolumeFile[]): string {
  const hash = createHash("sha256");
  for (const { path, content, mode } of files.toSorted((left, right) => (left.path < right.path ? -1 : 1))) {
    hash.update(`${path}\0${mode}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}
