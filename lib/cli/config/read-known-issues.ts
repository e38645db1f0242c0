import { mayBeginWith } from "../../base/glob.ts";
import type { Known } from "../../report/path-result.ts";
import { explainIssue } from "./explain-issue.ts";
import { knownIssuesSchema } from "./known-issues-schema.ts";
import { type Problem, parseDocument } from "./parse-document.ts";
import { readTextFile } from "./read-text-file.ts";
import { unknownPattern } from "./unknown-name.ts";

/**
 * Reads a file of known issues, YAML or JSON; `scenarios` are the names of all that there are.
 *
 * Throws Diagnostic `configuration` that names all that is wrong with the file at once, each with its line and column: what is no entry, an id that
 * is there twice, one that no path can have, and one that every path has.
 */
export function readKnownIssues({ path, cwd }: { path: string; cwd: string }, scenarios: string[]): Known[] {
  const what = "file of known issues";
  const text = readTextFile({ name: path, cwd, what, cure: "Check the path that --known-issues names." });
  return parseKnownIssues(text ?? "", path, scenarios);
}

/** As `readKnownIssues`, for a text; `name` is its name for messages. An empty text has no entries. */
export function parseKnownIssues(text: string, name: string, scenarios: string[]): Known[] {
  const { values = [], refuse } = parseDocument(text, {
    name,
    what: "file of known issues",
    cure: `Correct ${name}: a list of entries such as { id: "pod-to-pod/across-clusters/*/udp-*", reason: "the firewall drops UDP", expires: 2027-01-31 }.`,
  });
  const parsed = knownIssuesSchema.safeParse(values);
  const problems = (parsed.error?.issues ?? []).flatMap((issue) => explainIssue(issue, values, knownIssuesSchema));
  refuse([...problems, ...idProblems(values, problems, scenarios)]);
  return (parsed.data ?? []).map(({ link, ...entry }) => ({ ...entry, ...(link === undefined ? {} : { link }) }));
}

/** Ids that have problems of their own are left out. */
function idProblems(values: unknown, problems: Problem[], scenarios: string[]): Problem[] {
  const seen = new Set<string>();
  return (Array.isArray(values) ? values : []).flatMap((entry: unknown, index): Problem[] => {
    const isWrong = problems.some(({ path }) => path[0] === index && (path.length === 1 || path[1] === "id"));
    if (isWrong || typeof entry !== "object" || entry === null || !("id" in entry)) return [];
    const [id, path] = [String(entry.id), [index, "id"]];
    if (seen.has(id)) return [{ path, message: `there is an entry ${id} already` }];
    seen.add(id);
    if (/^[*/]*$/.test(id)) return [{ path, message: `${id} covers every failure there may be; name a scenario` }];
    if (scenarios.includes(id))
      return [{ path, message: `${id} is a scenario and no path; ${id}/* covers all of its paths` }];
    if (scenarios.some((scenario) => mayBeginWith(id, `${scenario}/`))) return [];
    return [{ path, message: unknownPattern(id, scenarios) }];
  });
}
