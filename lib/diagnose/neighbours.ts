import type { Seen } from "./seen.ts";

const most = 5;

/**
 * Finds the passed paths that are most like the failed ones and have nothing to do with their cause: same scenario and kind of question, by
 * the same asker or to the same target. Ids, at most five.
 */
export function neighbours(failures: readonly Seen[], all: readonly Seen[], touched: ReadonlySet<number>): string[] {
  const wanted = new Set(failures.slice(0, 20).flatMap((each) => likenesses(each)));
  const found: string[] = [];
  for (const [index, seen] of all.entries()) {
    if (found.length === most) break;
    if (seen.symptom === undefined && !touched.has(index) && likenesses(seen).some((likeness) => wanted.has(likeness)))
      found.push(seen.path.id);
  }
  return found;
}

function likenesses({ path: { scenario, from, to, id } }: Seen): string[] {
  const variant = id.split("/").at(-1);
  return [
    [scenario, "from", from.cluster, from.node, from.name, variant].join(" "),
    [scenario, "to", to.cluster, to.node, to.name, variant].join(" "),
  ];
}
