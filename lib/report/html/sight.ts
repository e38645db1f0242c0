import type { PathResult } from "../path-result.ts";
import { el, type Markup } from "./markup.ts";

/** What came of a path, worst first. `known`: it failed, and a known issue covers it. */
export const sights = ["failed", "broken", "known", "skipped", "passed"] as const;

export type Sight = (typeof sights)[number];

const signs: Record<Sight, string> = { failed: "✗", broken: "!", known: "k", skipped: "–", passed: "✓" };

/** Tells what came of a path. */
export function sightOf({ verdict, known }: Pick<PathResult, "verdict" | "known">): Sight {
  return verdict === "failed" && known ? "known" : verdict;
}

/** Gives the sign that stands for it where there is no room for the word. */
export function signOf(sight: Sight): string {
  return signs[sight];
}

/** Makes a mark of sign and words; colour and pattern repeat what they say. */
export function mark(sight: Sight, words: string = sight): Markup {
  return el("span", { class: `mark ${sight}` }, `${signs[sight]} ${words}`);
}
