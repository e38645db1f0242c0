import type { PagePath } from "./page-path.ts";
import { type Tally, tally } from "./tally.ts";

/** A row or a column: a cluster, or, where that is unfolded, one of its nodes. */
export interface Line {
  /** Empty for what is outside of all clusters. */
  cluster: string;
  /** Empty for what is not on one node, such as a Service; absent where the cluster is not unfolded. */
  node?: string;
}

/** Who asked whom, and what came of it. Askers are rows. */
export interface Matrix {
  rows: Line[];
  columns: Line[];
  /** By row, then by column. */
  cells: MatrixCell[][];
}

export interface MatrixCell {
  from: Line;
  to: Line;
  paths: PagePath[];
  tally: Tally;
}

/** A cluster and its nodes that were to be tested. */
export interface MatrixCluster {
  name: string;
  nodes: string[];
}

/**
 * Lays paths out by who asks and who is asked. All clusters are rows and columns, also those that no path is about; what is outside of them
 * is there when paths name it. `unfolded` are the clusters that are shown node by node.
 */
export function matrixOf(
  paths: readonly PagePath[],
  clusters: readonly MatrixCluster[],
  unfolded: ReadonlySet<string> = new Set(),
): Matrix {
  const rows = linesOf("from");
  const columns = linesOf("to");
  const byCell = Map.groupBy(paths, ({ from, to }) => JSON.stringify([lineOf(from), lineOf(to)]));
  return {
    rows,
    columns,
    cells: rows.map((from) =>
      columns.map((to) => {
        const inCell = byCell.get(JSON.stringify([from, to])) ?? [];
        return { from, to, paths: inCell, tally: tally(inCell) };
      }),
    ),
  };

  function linesOf(end: "from" | "to"): Line[] {
    const named = new Set(paths.map((path) => path[end].cluster));
    const known = new Set(clusters.map(({ name }) => name));
    const others = [...named].filter((name) => !known.has(name) && name !== "");
    const all = [...clusters, ...others.map((name) => ({ name, nodes: [] }))];
    return [
      ...(named.has("") ? [{ cluster: "" }] : []),
      ...all.flatMap(({ name, nodes }) => (unfolded.has(name) ? nodeLines(name, nodes, end) : [{ cluster: name }])),
    ];
  }

  function nodeLines(cluster: string, nodes: readonly string[], end: "from" | "to"): Line[] {
    const named = paths.map((path) => path[end]).filter((place) => place.cluster === cluster);
    const all = new Set([
      ...nodes,
      ...named.map(({ node = "" }) => node).toSorted((one, other) => (one === "" ? 1 : other === "" ? -1 : 0)),
    ]);
    return [...all].map((node) => ({ cluster, node }));
  }

  function lineOf({ cluster, node = "" }: PagePath["from"]): Line {
    return unfolded.has(cluster) ? { cluster, node } : { cluster };
  }
}
