import { printable } from "../../base/printable.ts";
import { wrapWords } from "../../base/wrap-words.ts";
import { field } from "../field.ts";
import type { Layout } from "../finding.ts";
import { type Change, changes as changeKinds, type ChangeKind, type Comparison, type Slower } from "../path-result.ts";

/** Paths of one kind of change that are shown; the others are counted. */
const mostShown = 3;

/** What a kind of change is, for people. */
export const changeWords: Record<ChangeKind, string> = {
  regressed: "worse than in the baseline",
  fixed: "passed, and not in the baseline",
  new: "not asked in the baseline",
  uncovered: "asked in the baseline, and not any more",
  flaky: "less steady than in the baseline",
};

/**
 * Prints a comparison: with which run, what makes the two hard to compare, how many paths changed in which way with the first few of each, and the
 * groups that are slower. `most` limits the paths that are shown of each kind.
 */
export function comparisonLines(comparison: Comparison, { width, paint }: Layout, most = mostShown): string[] {
  const { remarks, changes, slower, failOn } = comparison;
  const isWorse = (kind: string) => failOn.includes(kind);
  return [
    ...hanging("BASELINE  ", baselineText(comparison), width),
    ...remarks.flatMap((remark) => field("note", remark, { width })),
    ...changeKinds.flatMap((kind) => {
      const ofKind = changes.filter(({ change }) => change === kind);
      if (ofKind.length === 0) return [];
      const title = `${kind}: ${ofKind.length} ${ofKind.length === 1 ? "path" : "paths"} ${changeWords[kind]}`;
      return [
        `  ${isWorse(kind) ? paint("red", title) : title}`,
        ...examplesOf(ofKind)
          .slice(0, most)
          .flatMap((change) => changeLines(change, width)),
        ...moreLine(ofKind.length - most),
      ];
    }),
    ...(slower.length === 0
      ? []
      : [
          `  ${isWorse("slower") ? paint("red", slowerTitle(slower)) : slowerTitle(slower)}`,
          ...slower
            .slice(0, most)
            .flatMap((group) => field("", slowerText(group), { indent: 4, labelWidth: 0, width })),
          ...moreLine(slower.length - most),
        ]),
  ];
}

/** Prints which run a baseline is, and how much of it was compared. */
export function baselineText({ baseline, matchedBy, compared, changes, slower }: Comparison): string {
  const nothing = changes.length + slower.length === 0 ? "; nothing changed" : "";
  return `run ${baseline.run} of ${baseline.startedAt}, ${baseline.verdict}: ${compared} ${compared === 1 ? "path" : "paths"} compared by ${matchedBy}${nothing}`;
}

/** Prints a group that is slower, with the bound that it is judged by. */
export function slowerText({
  scenario,
  group,
  pairs,
  ratio,
  lowest,
  alpha,
  varies,
  beforeMs,
  afterMs,
}: Slower): string {
  const others = varies === undefined ? "" : `; groups vary by up to ${varies} times`;
  return `${scenario}  ${group}: ${ratio} times as long, at least ${lowest} times (error probability ${alpha}, ${pairs} paths${others}); medians ${beforeMs} ms before, ${afterMs} ms now`;
}

/** Puts one path of each scenario first, which tell more than many of the same. */
function examplesOf(ofKind: Change[]): Change[] {
  const byScenario = [...Map.groupBy(ofKind, ({ id }) => id.split("/").slice(0, 2).join("/")).values()];
  return [...byScenario.flatMap((same) => same.slice(0, 1)), ...byScenario.flatMap((same) => same.slice(1))];
}

function slowerTitle(slower: Slower[]): string {
  return `slower: ${slower.length} ${slower.length === 1 ? "group" : "groups"} of paths`;
}

function changeLines({ id, text, known }: Change, width: number): string[] {
  return [
    ...field("", id, { indent: 4, labelWidth: 0 }),
    ...field("", `${known ? "known issue; " : ""}${text}`, { indent: 6, labelWidth: 0, width }),
  ];
}

function moreLine(more: number): string[] {
  return more > 0 ? [`    and ${more} more: see results.json`] : [];
}

function hanging(label: string, text: string, width: number): string[] {
  return wrapWords(printable(text), width - label.length).map(
    (line, index) => `${index === 0 ? label : " ".repeat(label.length)}${line}`,
  );
}
