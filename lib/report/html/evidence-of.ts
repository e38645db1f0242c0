import type { Evidence } from "../path-result.ts";

/** Finds what was gathered about a path, by its id. */
export function evidenceOf(evidence: readonly Evidence[]): (id: string) => Evidence[] {
  const byPath = new Map<string, Evidence[]>();
  for (const each of evidence) for (const id of each.paths) byPath.set(id, [...(byPath.get(id) ?? []), each]);
  return (id) => byPath.get(id) ?? [];
}
