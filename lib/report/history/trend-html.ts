import { escapeHtml, htmlPage } from "../html/shell.ts";
import type { Fate, ScenarioTrend, Trend, TrendPoint } from "./trend.ts";
import { fateSigns, fateWords, percent } from "./trend-lines.ts";

const strip = { height: 22, cell: 12 };
const chart = { height: 48, margin: 4 };

const styles = `
svg { display: block; }
svg text { font: 600 10px var(--mono); text-anchor: middle; fill: currentColor; }
svg rect { stroke: currentColor; }
.fate-passed { color: var(--passed); fill: var(--passed-fill); }
.fate-failed, .fate-flaky { color: var(--failed); fill: var(--failed-fill); }
.fate-known { color: var(--known); fill: var(--known-fill); }
.fate-broken { color: var(--broken); fill: var(--broken-fill); }
.fate-skipped, .fate-unknown, .fate-interrupted { color: var(--skipped); fill: none; }
.fate-skipped rect, .fate-unknown rect, .fate-interrupted rect { stroke-dasharray: 2 2; }
.p50, .p95 { fill: none; stroke: var(--text); stroke-width: 1.5; }
.p95 { stroke-dasharray: 4 3; stroke: var(--quiet); }
circle { fill: var(--text); }
.base { stroke: var(--line); }
th.mono { white-space: nowrap; }
`;

/**
 * Makes a self-contained page of a trend: a row per scenario with its shares, a strip with a sign per run, and its latencies over time, median and
 * 95th percentile. The axis is time, so that days without a run are gaps, and lines end where nothing was timed.
 */
export function trendHtml(trend: Trend): string {
  const { runs, scenarios, remarks } = trend;
  const [first, last] = [runs[0], runs.at(-1)];
  const span = first && last ? `${first.startedAt.slice(0, 10)} to ${last.startedAt.slice(0, 10)}` : "no runs";
  const counted = runs.filter(({ isCounted }) => isCounted).length;
  const fates = (Object.keys(fateSigns) as Fate[]).filter((fate) =>
    scenarios.some(({ points }) => points.some((point) => point.fate === fate)),
  );
  const heads = ["Scenario", "Clean runs", "Passed", "Flaky", "p50 ms", "p95 ms", "Runs", "Latency over time"];
  const body = `<main id="content">
<h1>meshgate trend</h1>
<p>${counted} runs, ${span}${runs.length > counted ? `; ${runs.length - counted} more did not come to their end and count in no share` : ""}.</p>
${remarks.map((remark) => `<p>${escapeHtml(remark)}</p>`).join("\n")}
<p>${fates.map((fate) => `<span class="mark ${classes[fate]}">${fateSigns[fate]}</span> ${fateWords[fate]}`).join(" &nbsp; ")}. A gap is time without a run. Solid line: median latency; dashed line: 95th percentile.</p>
<div class="scrolls" tabindex="0" role="region" aria-label="Scenarios over time">
<table>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>
<tbody>
${scenarios.map((scenario) => rowOf(scenario, trend)).join("\n")}
</tbody>
</table>
</div>
</main>`;
  return htmlPage({ title: `meshgate trend, ${span}`, body, styles });
}

/** The shell has no look of its own for every fate. */
const classes: Record<Fate, string> = {
  passed: "passed",
  failed: "failed",
  flaky: "failed",
  known: "known",
  broken: "broken",
  skipped: "skipped",
  unknown: "skipped",
  interrupted: "skipped",
};

function rowOf(scenario: ScenarioTrend, trend: Trend): string {
  const { clean, asked, passRate, flakeRate, points } = scenario;
  const last = points.findLast(({ p50Ms }) => p50Ms !== undefined);
  const numbers = [
    asked === 0 ? "never asked" : `${clean} of ${asked}`,
    percent(passRate),
    percent(flakeRate),
    last?.p50Ms?.toFixed(1) ?? "-",
    last?.p95Ms?.toFixed(1) ?? "-",
  ];
  return `<tr><th scope="row" class="mono">${escapeHtml(scenario.scenario)}</th>${numbers
    .map((number) => `<td class="number">${number}</td>`)
    .join("")}<td>${stripOf(scenario, trend)}</td><td>${chartOf(scenario, trend)}</td></tr>`;
}

function stripOf({ scenario, points }: ScenarioTrend, trend: Trend): string {
  const counts = Map.groupBy(points, ({ fate }) => fate);
  const label = [...counts].map(([fate, of]) => `${of.length} ${fate}`).join(", ");
  const width = widthOf(trend);
  const at = placesOf(trend, width - strip.cell);
  const cells = points.map(({ fate }, index) => {
    const x = (at[index] ?? 0) + strip.cell / 2;
    const { startedAt = "", run = "" } = trend.runs[index] ?? {};
    const title = `${startedAt} ${run}: ${fateWords[fate]}`;
    return `<g class="fate-${fate}"><title>${escapeHtml(title)}</title><rect x="${fixed(x - strip.cell / 2 + 0.5)}" y="1" width="${strip.cell - 1}" height="${strip.height - 2}"/><text x="${fixed(x)}" y="15">${fateSigns[fate]}</text></g>`;
  });
  return svg({ ...strip, width }, `${scenario}: ${label}`, cells.join(""));
}

function chartOf({ scenario, points }: ScenarioTrend, trend: Trend): string {
  const highest = Math.max(0, ...points.flatMap(({ p50Ms, p95Ms }) => [p50Ms ?? 0, p95Ms ?? 0]));
  if (highest === 0) return `<span class="quiet">nothing was timed</span>`;
  const width = widthOf(trend);
  const at = placesOf(trend, width - 2 * chart.margin).map((x) => x + chart.margin);
  const height = chart.height - 2 * chart.margin;
  const yOf = (value: number) => fixed(chart.margin + height * (1 - value / highest));
  const line = (key: "p50Ms" | "p95Ms", name: string) =>
    unbroken(points, trend, key)
      .map(
        (part) =>
          `<polyline class="${name}" points="${part.map(({ index, value }) => `${fixed(at[index] ?? 0)},${yOf(value)}`).join(" ")}"/>`,
      )
      .join("");
  const dots = points.flatMap(({ p50Ms }, index) =>
    p50Ms === undefined
      ? []
      : [
          `<circle cx="${fixed(at[index] ?? 0)}" cy="${yOf(p50Ms)}" r="2"><title>${escapeHtml(`${trend.runs[index]?.startedAt}: p50 ${p50Ms} ms`)}</title></circle>`,
        ],
  );
  const base = `<line class="base" x1="0" x2="${width}" y1="${yOf(0)}" y2="${yOf(0)}"/>`;
  const picture = svg(
    { ...chart, width },
    `${scenario}: latency from 0 to ${highest} ms`,
    `${base}${line("p95Ms", "p95")}${line("p50Ms", "p50")}${dots.join("")}`,
  );
  return `${picture}<span class="quiet">from 0 to ${highest} ms</span>`;
}

/** Cuts values into stretches without a run that was not timed, or a day without a run, between them. */
function unbroken(points: TrendPoint[], { runs }: Trend, key: "p50Ms" | "p95Ms"): { index: number; value: number }[][] {
  const parts: { index: number; value: number }[][] = [];
  let isOpen = false;
  for (const [index, point] of points.entries()) {
    const value = point[key];
    if (value !== undefined) {
      if (!isOpen || (runs[index]?.daysBefore ?? 0) > 0) parts.push([]);
      parts.at(-1)?.push({ index, value });
    }
    isOpen = value !== undefined;
  }
  return parts;
}

/** Wide enough for a sign per run. */
function widthOf({ runs }: Trend): number {
  return Math.max(320, runs.length * strip.cell);
}

/** Where runs stand on the axis of time; never so near that their signs would cover each other, as far as there is room. */
function placesOf({ runs }: Trend, width: number): number[] {
  const times = runs.map(({ startedAt }) => Date.parse(startedAt));
  const [begin = 0, end = 0] = [times[0], times.at(-1)];
  const spread = Math.max(1, end - begin);
  const apart = Math.min(strip.cell, width / Math.max(1, runs.length - 1));
  const places: number[] = [];
  for (const time of times) places.push(Math.max(((time - begin) / spread) * width, (places.at(-1) ?? -apart) + apart));
  let limit = width;
  for (let index = places.length - 1; index >= 0; index--, limit -= apart)
    places[index] = Math.min(places[index] ?? 0, limit);
  return places;
}

function svg({ width, height }: { width: number; height: number }, label: string, inside: string): string {
  return `<svg role="img" aria-label="${escapeHtml(label)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${inside}</svg>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
