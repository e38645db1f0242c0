import { printable } from "../../base/printable.ts";
import type { PathResult } from "../path-result.ts";

/** How the message of a test begins whose failures are all known. */
export const knownBeginning = "Known issue";

/**
 * Says why a group of paths has not passed: the findings, then what could not be looked at, then what known issues cover, each path with
 * what was seen, at most `limit` of each kind. Where all are skipped, it says the reasons.
 */
export function groupMessage(paths: [PathResult, ...PathResult[]], limit: number): string[] {
  const failed = paths.filter(({ verdict }) => verdict === "failed");
  const findings = failed.filter(({ known }) => !known);
  const broken = paths.filter(({ verdict }) => verdict === "broken");
  const known = failed.flatMap((path) => (path.known ? [{ path, issue: path.known }] : []));
  const parts = [
    ...part(findings, `${counted(findings)} broke the claim: ${paths[0].claim}`, ({ id, saw }) => `${id}: ${saw}`),
    ...part(broken, `${counted(broken)} could not be looked at`, ({ id, reason, saw }) => `${id}: ${reason ?? saw}`),
    ...part(
      known,
      `${knownBeginning}: ${counted(known)} broke the claim as known: ${paths[0].claim}`,
      ({ path, issue }) => `${path.id}: ${path.saw} (known until ${issue.expires}: ${issue.reason})`,
    ),
  ];
  if (parts.length > 0) return parts.map(printable);
  const reasons = paths.flatMap(({ verdict, reason }) => (verdict === "skipped" ? [reason ?? "no reason given"] : []));
  return reasons.length === 0 ? [] : [printable([...new Set(reasons)].join("\n"))];

  function part<T>(all: T[], heading: string, lineOf: (one: T) => string): string[] {
    if (all.length === 0) return [];
    const more = all.length - limit;
    const lines = all.slice(0, limit).map((one) => `- ${lineOf(one).replaceAll("\n", " ")}`);
    return [[heading, ...lines, ...(more > 0 ? [`- and ${more} more: see results.json`] : [])].join("\n")];
  }

  function counted({ length }: unknown[]): string {
    return `${length} of ${paths.length} ${paths.length === 1 ? "path" : "paths"}`;
  }
}
