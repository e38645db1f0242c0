import { printable } from "../base/printable.ts";
import { causeSentence } from "./diagnosis-lines.ts";
import type { Explained } from "./explained.ts";
import { findingBlocks } from "./finding-blocks.ts";
import type { Layout } from "./finding.ts";
import type { Diagnosis, PathResult } from "./path-result.ts";

/** Writes the findings among some paths; the causes that explain them stand above, for who sees no more than these. */
export function findingsUnderCauses(
  paths: PathResult[],
  diagnosis: Diagnosis | undefined,
  explained: (id: string) => Explained,
  layout: Layout,
): string {
  const numbers = new Set(paths.flatMap(({ id }) => explained(id).causes));
  const causes = (diagnosis?.causes ?? []).flatMap((cause, index) =>
    numbers.has(index + 1) ? [printable(causeSentence(cause, index + 1))] : [],
  );
  const blocks = findingBlocks(paths, explained, layout).map((lines) => lines.join("\n"));
  return [...(causes.length === 0 ? [] : [causes.join("\n")]), ...blocks].join("\n\n");
}
