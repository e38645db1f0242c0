import type { Diagnosis, Evidence } from "./path-result.ts";

/** What a diagnosis says of one path. */
export interface Explained {
  /** Numbers of the causes that explain it, as they are printed: from 1. Empty where none does. */
  causes: number[];
  /** The one cause that alone explains it, and not with low confidence: more paths of the same kind tell nothing new. */
  only?: number;
  /** The first broken rung on its way, in words. */
  rung?: string;
  /** The folder with what was gathered about it, from the directory of results.json. */
  evidence?: string;
}

/** Turns a diagnosis, and what was gathered, into what they say of each path. Without them, nothing is said of any. */
export function explainedBy(
  diagnosis: Diagnosis | undefined,
  evidence: readonly Evidence[] = [],
): (id: string) => Explained {
  const causes = new Map<string, number[]>();
  for (const [index, { explains }] of (diagnosis?.causes ?? []).entries())
    for (const id of explains) causes.set(id, [...(causes.get(id) ?? []), index + 1]);
  const rungs = new Map((diagnosis?.bisected ?? []).map(({ path, text }) => [path, text]));
  const folders = new Map(evidence.flatMap(({ folder, paths }) => paths.map((id) => [id, folder] as const)));
  return (id) => {
    const numbers = causes.get(id) ?? [];
    const [first] = numbers;
    const isSure = first !== undefined && diagnosis?.causes[first - 1]?.confidence !== "low";
    const rung = rungs.get(id);
    const folder = folders.get(id);
    return {
      causes: numbers,
      ...(numbers.length === 1 && isSure ? { only: first } : {}),
      ...(rung === undefined ? {} : { rung }),
      ...(folder === undefined ? {} : { evidence: folder }),
    };
  };
}
