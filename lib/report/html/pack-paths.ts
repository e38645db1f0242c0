import type { PagePath, PathEnd } from "./page-path.ts";

/**
 * A column of a table: its different values, and for each row which of them it has. `at` holds indices into `values`, one for each row, or
 * `runs` holds pairs of an index and how many rows in a row have it, whichever is shorter.
 */
type Column = { values: unknown[] } & ({ at: number[] } | { runs: number[] });

/** Paths as columns: most values are the same in many rows. */
export interface PackedPaths {
  count: number;
  columns: Record<string, Column>;
  /** For each path, its latencies in hundredths of a millisecond, to three digits. */
  latencies: number[][];
}

/** Texts that differ from path to path get so many characters in all. */
const roomForTexts = 600_000;

const elsewhere = "left out of this page for its size: see results.json";

/**
 * Packs paths, so that those of a large run fit into a page. Latencies lose what goes beyond three digits. What was seen by paths that
 * did not pass is kept for the first of each kind, then for others as long as there is room; `saw` of the rest says where it is.
 */
export function packPaths(paths: readonly PagePath[]): PackedPaths {
  const told = toldInFull(paths);
  const rows = paths.map((path) => {
    const { latenciesMs: _, saw, ...rest } = path;
    return { ...rest, id: shortId(path), ...(saw === undefined ? {} : { saw: told.has(path) ? saw : elsewhere }) };
  });
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  return {
    count: paths.length,
    columns: Object.fromEntries(
      [...names].map((name) => [name, column(rows.map((row) => (row as Record<string, unknown>)[name]))]),
    ),
    latencies: paths.map(({ latenciesMs }) => latenciesMs.map((ms) => Math.round(Number(ms.toPrecision(3)) * 100))),
  };
}

/** Takes paths out of their columns again. */
export function unpackPaths({ count, columns, latencies }: PackedPaths): PagePath[] {
  const rows = Array.from({ length: count }, (): Record<string, unknown> => ({}));
  for (const [name, each] of Object.entries(columns)) {
    const at = "at" in each ? each.at : each.runs.flatMap(spread);
    for (const [row, index] of at.entries()) {
      const value = each.values[index];
      if (value !== null && rows[row]) rows[row][name] = value;
    }
  }
  return rows.map((row, index) => {
    const path = { ...row, latenciesMs: (latencies[index] ?? []).map((hundredths) => hundredths / 100) } as PagePath;
    return { ...path, id: wholeId(path.id, path) };
  });
}

function column(cells: unknown[]): Column {
  const indexOf = new Map<string, number>();
  const values: unknown[] = [];
  const at = cells.map((cell) => {
    const key = JSON.stringify(cell ?? null);
    const known = indexOf.get(key);
    if (known !== undefined) return known;
    indexOf.set(key, values.length);
    return values.push(cell ?? null) - 1;
  });
  const runs: number[] = [];
  for (const index of at) {
    if (runs.at(-2) === index) runs.push(Number(runs.pop()) + 1);
    else runs.push(index, 1);
  }
  return runs.length < at.length ? { values, runs } : { values, at };
}

function spread(index: number, position: number, runs: number[]): number[] {
  return position % 2 === 0 ? Array.from({ length: runs[position + 1] ?? 0 }, () => index) : [];
}

/** An id names the scenario and both ends, which the path tells already: what stands between and after them is left. */
function shortId({ id, scenario, from, to }: PagePath): string | [string, string] {
  if (!id.startsWith(scenario)) return id;
  const [between, after, ...more] = id.slice(scenario.length).split(endsOf(from, to));
  return between === undefined || after === undefined || more.length > 0 ? id : [between, after];
}

function wholeId(id: string | [string, string], { scenario, from, to }: PagePath): string {
  return typeof id === "string" ? id : `${scenario}${id[0]}${endsOf(from, to)}${id[1]}`;
}

function endsOf(...ends: PathEnd[]): string {
  const names = ends.flatMap(({ cluster, node = "", name }) => [cluster, node, name]);
  return `/${names
    .filter((name) => name !== "")
    .map((name) => name.replaceAll(/[%/\s]/g, (character) => encodeURIComponent(character)))
    .join("/")}/`;
}

function toldInFull(paths: readonly PagePath[]): Set<PagePath> {
  const ranks = new Map<string, number>();
  const ranked = paths
    .filter(({ saw }) => saw !== undefined)
    .map((path) => {
      const kind = JSON.stringify([path.scenario, path.group, path.sight, path.outcome]);
      const rank = ranks.get(kind) ?? 0;
      ranks.set(kind, rank + 1);
      return { path, rank };
    })
    .toSorted((one, other) => one.rank - other.rank);
  const told = new Set<PagePath>();
  let room = roomForTexts;
  for (const { path } of ranked) {
    room -= path.saw?.length ?? 0;
    if (room < 0) break;
    told.add(path);
  }
  return told;
}
