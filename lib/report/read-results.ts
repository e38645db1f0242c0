import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Diagnostic } from "../base/diagnostic.ts";
import { printable } from "../base/printable.ts";
import { type Results, resultsSchema, resultsVersion } from "./path-result.ts";

/** Which results are meant, and in which words messages name them. */
export interface NamedResults {
  /** As the user named them: results.json, the directory that it is in, or `latest`. From `cwd`. */
  path: string;
  cwd: string;
  /** Where the reports of runs are, for `latest`. From `cwd`. */
  reportDir: string;
  /** Such as `The baseline`. */
  what: string;
}

const mostShown = 3;
const hint = "Name the results.json of a run, the directory that it is in, or latest for the last run.";

/**
 * Reads the results of a run. `latest` is the last run in the reports directory, unless there is a file of this name.
 *
 * Fields that are not known are let pass, for a newer meshgate may write more of them. Throws Diagnostic `configuration` for what does not exist, is
 * not JSON, has another version, or is something else than results.
 */
export function readResults(named: NamedResults): Results {
  const file = fileOf(named);
  const value = parse(textOf(file, named), named);
  const version = typeof value === "object" && value !== null && "version" in value ? value.version : undefined;
  if (typeof version === "number" && version !== resultsVersion)
    throw refusal(
      named,
      `has version ${version} of results, and this meshgate reads version ${resultsVersion}`,
      "Make it again by a run of this meshgate.",
    );
  const problems = (resultsSchema.safeParse(value).error?.issues ?? []).filter(
    ({ code }) => code !== "unrecognized_keys",
  );
  if (problems.length === 0) return value as Results;
  const shown = problems.slice(0, mostShown).map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`);
  const more = problems.length > mostShown ? [`and ${problems.length - mostShown} more`] : [];
  throw refusal(named, `is no results.json of meshgate (${[...shown, ...more].map(printable).join("; ")})`);
}

function fileOf(named: NamedResults): string {
  const { path, cwd, reportDir } = named;
  const given = resolve(cwd, path);
  if (kindOf(given) !== "nothing" || path !== "latest") return inDirectory(given, named);
  const latest = resolve(cwd, reportDir, "latest");
  if (kindOf(latest) === "nothing") throw refusal(named, `does not exist: there is no run in ${reportDir} yet`);
  return inDirectory(latest, named);
}

function inDirectory(path: string, named: NamedResults): string {
  if (kindOf(path) === "directory") {
    const file = join(path, "results.json");
    if (kindOf(file) === "file") return file;
    throw refusal(named, "is a directory without results.json");
  }
  return basename(path) === "latest" ? behindLatest(path, named) : path;
}

/** Where a file system has no symbolic links, `latest` is a text file with the name of the directory beside it. */
function behindLatest(path: string, named: NamedResults): string {
  const name = textOf(path, named).trim();
  const file = join(dirname(path), name, "results.json");
  return /^[\w.-]+$/.test(name) && kindOf(file) === "file" ? file : path;
}

function kindOf(path: string): "file" | "directory" | "other" | "nothing" {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return "nothing";
  return stat.isFile() ? "file" : stat.isDirectory() ? "directory" : "other";
}

function textOf(file: string, named: NamedResults): string {
  const kind = kindOf(file);
  if (kind === "nothing") throw refusal(named, "does not exist");
  if (kind !== "file") throw refusal(named, "is not a regular file");
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw refusal(
      named,
      `cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "unknown error"})`,
    );
  }
}

function parse(text: string, named: NamedResults): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal(named, `is not JSON: ${printable(error instanceof Error ? error.message : "it cannot be parsed")}`);
  }
}

function refusal({ what, path }: NamedResults, why: string, cure = hint): Diagnostic {
  return new Diagnostic("configuration", `${what} ${path} ${why}.`, cure);
}
