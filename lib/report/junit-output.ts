import { join } from "node:path";
import { describePath } from "./finding.ts";
import { type Evidence, type PathResult, type Verdict, verdicts } from "./path-result.ts";

/** Jenkins keeps 100,000 characters of a failed case at most. */
const mostPerCase = 32 * 1024;
/** GitLab refuses a file of 30 MB; the output of cases is most of it. */
const mostOfAll = 12 * 1024 * 1024;

/** Says how many bytes of output each of so many cases may have. */
export function outputRoom(cases: number): number {
  return Math.min(mostPerCase, Math.floor(mostOfAll / Math.max(1, cases)));
}

/** Finds the attachments of paths, by id: files of evidence, with `root` before their folder. */
export function attachmentsOf(evidence: Evidence[] = [], root: string): (paths: PathResult[]) => string[] {
  const byPath = new Map<string, string[]>();
  for (const { folder, paths, files } of evidence)
    for (const id of paths)
      byPath.set(
        id,
        files.map(({ name }) => join(root, folder, name)),
      );
  return (paths) => [...new Set(paths.flatMap(({ id }) => byPath.get(id) ?? []))];
}

/**
 * Prints what belongs to a case: attachments, each on a line of its own as CI servers look for them (GitLab shows the first), then a line
 * per path. When that is more than `bytes`, failed paths come first, then broken, skipped and passed ones, and the last line says how many
 * are left out.
 */
export function caseOutput(paths: PathResult[], attached: (paths: PathResult[]) => string[], bytes: number): string {
  const files = attached(paths).map((file) => `[[ATTACHMENT|${file}]]`);
  const lines = paths.map(pathLine);
  const whole = [...files, ...lines].join("\n");
  if (Buffer.byteLength(whole) <= bytes) return whole;
  const sorted = paths.toSorted((one, other) => rank(one) - rank(other));
  const kept: string[] = files.slice(0, 1);
  let room = bytes - longestRemark - size(kept);
  let shown = 0;
  for (const path of sorted) {
    const line = pathLine(path);
    room -= size([line]);
    if (room < 0) break;
    kept.push(line);
    shown += 1;
  }
  return [...kept, leftOut(sorted.slice(shown))].join("\n");
}

/** Bytes that the last line may take. */
const longestRemark = 120;

function size(lines: string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}

const order: Verdict[] = ["failed", "broken", "skipped", "passed"];

function rank({ verdict }: PathResult): number {
  return order.indexOf(verdict);
}

function leftOut(paths: PathResult[]): string {
  const counts = verdicts.flatMap((verdict) => {
    const count = paths.filter((path) => path.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return `and ${paths.length} more (${counts.join(", ")}): see results.json`;
}

function pathLine(path: PathResult): string {
  const why = path.reason ?? path.saw;
  return `${path.verdict}  ${path.id}  ${describePath(path)}: ${why}`;
}
