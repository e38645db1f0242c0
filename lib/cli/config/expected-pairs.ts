import type { Expected } from "../../scenario/settings.ts";

/**
 * Lists what is expected between ordered pairs of contexts, `"*"` filled in: a pair by name wins over one with a `"*"`, which wins over
 * `"*"` to `"*"`. Pairs that no entry is about are left out, and so are clusters that are not among `contexts`.
 */
export function expectedPairs(entries: Expected[], contexts: string[]): Expected[] {
  return contexts.flatMap((from) =>
    contexts
      .filter((to) => to !== from)
      .flatMap((to) => {
        const about = entries.filter((entry) => fits(entry.from, from) && fits(entry.to, to));
        const [nearest] = about.toSorted((left, right) => stars(left) - stars(right));
        return nearest ? [{ from, to, expect: nearest.expect }] : [];
      }),
  );
}

function fits(pattern: string, name: string): boolean {
  return pattern === "*" || pattern === name;
}

function stars({ from, to }: Expected): number {
  return [from, to].filter((name) => name === "*").length;
}
