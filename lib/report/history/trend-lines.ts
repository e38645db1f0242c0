import type { Style } from "../../base/colour.ts";
import { printable } from "../../base/printable.ts";
import { alignColumns } from "../../base/table.ts";
import { wrapWords } from "../../base/wrap-words.ts";
import type { Layout } from "../finding.ts";
import type { Fate, ScenarioTrend, Trend } from "./trend.ts";

/** The sign of each fate, which tells without colour what it is. */
export const fateSigns: Record<Fate, string> = {
  passed: ".",
  failed: "F",
  flaky: "f",
  known: "k",
  broken: "b",
  skipped: "s",
  unknown: "?",
  interrupted: "i",
};

/** What each fate means. */
export const fateWords: Record<Fate, string> = {
  passed: "all that was looked at passed",
  failed: "failed",
  flaky: "failed after it had answered",
  known: "failed by known issues only",
  broken: "could not look everywhere",
  skipped: "skipped",
  unknown: "not in the run",
  interrupted: "the run did not come to its end",
};

const styles: Record<Fate, Style> = {
  passed: "green",
  failed: "red",
  flaky: "red",
  known: "yellow",
  broken: "yellow",
  skipped: "dim",
  unknown: "dim",
  interrupted: "dim",
};

const bars = { blocks: "▁▂▃▄▅▆▇█", digits: "12345678" };

/**
 * Prints a trend as a table, a line per scenario and a column of signs per run, oldest first: in how many of the runs that asked it all passed, shares of
 * paths, the latencies of the last run that timed it, and the median latency over time. A blank among the signs is a day or more without a run.
 *
 * `blocks` draws the latency with block characters, else it is digits from 1 to 8, the highest of each line being 8.
 */
export function trendLines(
  { runs, scenarios, remarks }: Trend,
  { width, paint, blocks }: Layout & { blocks: boolean },
): string[] {
  const [first, latest] = [runs[0], runs.at(-1)];
  if (!first || !latest) return ["No run is in this history.", ...remarks];
  const counted = runs.filter(({ isCounted }) => isCounted).length;
  const interrupted = runs.length - counted;
  const fates = [...new Set(scenarios.flatMap(({ points }) => points.map(({ fate }) => fate)))];
  const head = ["scenario", "clean runs", "passed", "flaky", "p50 ms", "p95 ms", "runs".padEnd(runs.length), lastHead];
  const rows = alignColumns([head, ...scenarios.map(cells)], { right: [1, 2, 3, 4, 5], separator });
  return [
    `${counted} ${counted === 1 ? "run" : "runs"} from ${dayOf(first.startedAt)} to ${dayOf(latest.startedAt)}${interrupted > 0 ? `, and ${interrupted} that did not come to their end and count in no share` : ""}`,
    "",
    ...rows.map((row, index) => paintSigns(row, index)),
    "",
    ...wrapWords(
      fates
        .toSorted((one, other) => order.indexOf(one) - order.indexOf(other))
        .map((fate) => `${fateSigns[fate]} ${fateWords[fate]}`)
        .join("   "),
      width,
    ),
    ...(runs.some(({ daysBefore }) => daysBefore > 0) ? ["a blank is a day or more without a run"] : []),
    ...remarks.flatMap((remark) => wrapWords(printable(remark), width)),
  ];

  function cells({ scenario, clean, asked, passRate, flakeRate, points }: ScenarioTrend): string[] {
    const last = points.findLast(({ p50Ms }) => p50Ms !== undefined);
    return [
      printable(scenario),
      asked === 0 ? "never asked" : `${clean}/${asked}`,
      percent(passRate),
      percent(flakeRate),
      last?.p50Ms?.toFixed(1) ?? "-",
      last?.p95Ms?.toFixed(1) ?? "-",
      withGaps(points.map(({ fate }) => fateSigns[fate])),
      withGaps(barsOf(points.map(({ p50Ms }) => p50Ms))),
    ];
  }

  function withGaps(signs: string[]): string {
    return signs.map((sign, index) => ((runs[index]?.daysBefore ?? 0) > 0 ? ` ${sign}` : sign)).join("");
  }

  function barsOf(values: (number | undefined)[]): string[] {
    const scale = blocks ? bars.blocks : bars.digits;
    const highest = Math.max(...values.filter((value) => value !== undefined));
    return values.map((value) => {
      if (value === undefined) return "?";
      return scale[Math.min(scale.length - 1, Math.floor((value / highest) * scale.length))] ?? "?";
    });
  }

  /** Colours the signs of runs, which stand before the last column; the first row has none. */
  function paintSigns(row: string, index: number): string {
    const points = scenarios[index - 1]?.points;
    if (!points) return row;
    const length = withGaps(points.map(({ fate }) => fateSigns[fate])).length;
    const at = (rows[0]?.lastIndexOf(lastHead) ?? 0) - separator.length - Math.max(length, "runs".length);
    const painted = withGaps(points.map(({ fate }) => paint(styles[fate], fateSigns[fate])));
    return `${row.slice(0, at)}${painted}${row.slice(at + length)}`;
  }
}

const separator = "  ";
const lastHead = "p50 over time";
const order = Object.keys(fateSigns) as Fate[];

/** Prints a share, and rounds towards what is not perfect: 99.96 % is not 100 %. */
export function percent(share: number | undefined): string {
  if (share === undefined) return "-";
  const rounded = share > 0.5 ? Math.floor(share * 1000) / 10 : Math.ceil(share * 1000) / 10;
  return `${rounded} %`;
}

function dayOf(time: string): string {
  return time.slice(0, 10);
}
