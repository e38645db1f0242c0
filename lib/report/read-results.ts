import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Diagnostic } from "../base/diagnostic.ts";
import { fieldOf, textOf } from "../base/open-record.ts";
import { resultsFile } from "./json.ts";
import { type Results, resultsSchema, resultsVersion } from "./path-result.ts";

/**
 * Reads the results of a run. `place` is a results.json, the directory of a run, or a pointer to one, such as `reports/latest`, which is a text file
 * where there are no symbolic links.
 *
 * Fields that are not known are let pass, for a newer meshgate adds some without another version. Throws Diagnostic `configuration` when there is none,
 * when it is no results.json, or one of another version.
 */
export function readResults(place: string): { file: string; results: Results } {
  const file = findFile(place);
  const content = parseJson(file);
  const version = fieldOf(content, "version");
  if (typeof version === "number" && version !== resultsVersion)
    throw new Diagnostic(
      "configuration",
      `${file} is of version ${version}, and this meshgate reads version ${resultsVersion}.`,
      "Use the meshgate that wrote it, or results of a new run.",
    );
  const issues = resultsSchema.safeParse(content).error?.issues ?? [];
  const issue = issues.find(({ code }) => code !== "unrecognized_keys");
  if (issue === undefined) return { file, results: content as Results };
  throw notResults(file, `${issue.path.join(".") || "it as a whole"}: ${issue.message}`);
}

function findFile(place: string): string {
  const found = isDirectory(place) ? join(place, resultsFile) : place;
  if (!existsSync(found))
    throw new Diagnostic(
      "configuration",
      `There is no ${found}.`,
      "Name the results.json of a run, or its directory, such as reports/latest.",
    );
  // Whoever reads a pipe waits for it.
  if (!statSync(found).isFile()) throw notResults(found, "it is not a regular file");
  if (basename(found) !== "latest") return found;
  return findFile(join(dirname(found), readFileSync(found, "utf8").trim()));
}

function isDirectory(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw notResults(file, "it is not JSON");
    const code = textOf(error, "code") ?? "unknown error";
    throw new Diagnostic("configuration", `${file} cannot be read (${code}).`, "Make it readable.");
  }
}

function notResults(file: string, what: string): Diagnostic {
  return new Diagnostic(
    "configuration",
    `${file} is not a results.json of meshgate: ${what}.`,
    "Name the results.json of a run, or its directory; reports/results.schema.json says what it holds.",
  );
}
