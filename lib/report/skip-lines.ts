import { printable } from "../base/printable.ts";
import { wrapWords } from "../base/wrap-words.ts";
import type { PathResult } from "./path-result.ts";

/**
 * Prints what was skipped, once per reason: the reason, the scenarios, and where. Scenarios that were skipped for the same reason in
 * different places have a line each. Empty when nothing was skipped.
 */
export function skipLines(paths: readonly PathResult[], width: number): string[] {
  return skipsByReason(paths).flatMap(({ reason, where }) => [
    "",
    ...hanging("SKIPPED  ", reason, width),
    ...where.flatMap((line) => hanging("  ", line, width)),
  ]);
}

/** Tells what was skipped, once per reason: `services/name, services/hairpin in a -> b`, a line for each set of places. */
export function skipsByReason(paths: readonly PathResult[]): { reason: string; where: string[] }[] {
  const skipped = paths.filter(({ verdict }) => verdict === "skipped");
  const byReason = Map.groupBy(skipped, ({ reason = "no reason given" }) => reason);
  return [...byReason].map(([reason, ofReason]) => ({
    reason,
    where: placesOf(ofReason).map(({ scenarios, places }) => `${scenarios.join(", ")} in ${places}`),
  }));
}

/** Gathers the scenarios of some paths that have the same places in common. */
export function placesOf(skipped: readonly PathResult[]): { scenarios: string[]; places: string }[] {
  const byScenario = Map.groupBy(skipped, ({ scenario }) => scenario);
  const placed = [...byScenario].map(([scenario, all]) => ({
    scenario,
    places: [...new Set(all.map(placeOf))].join(", "),
  }));
  const byPlaces = Map.groupBy(placed, ({ places }) => places);
  return [...byPlaces].map(([places, alike]) => ({ scenarios: alike.map(({ scenario }) => scenario), places }));
}

function placeOf({ from, to }: PathResult): string {
  return from.cluster === to.cluster ? from.cluster : `${from.cluster} -> ${to.cluster}`;
}

function hanging(label: string, text: string, width: number): string[] {
  return wrapWords(printable(text), width - label.length).map(
    (line, index) => `${index === 0 ? label : " ".repeat(label.length)}${line}`,
  );
}
