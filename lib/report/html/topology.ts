import { matrixOf } from "./matrix.ts";
import { type NodeCurve, nodeCurves } from "./node-curves.ts";
import type { NodeLink } from "./node-links.ts";
import type { PagePath } from "./page-path.ts";
import type { Tally } from "./tally.ts";
import { type Box, boxHeadHeight, boxMargin, topologyBoxes, type TopologyCluster } from "./topology-boxes.ts";

/** What came of the paths from one cluster to another, drawn from edge to edge. */
export interface Link {
  from: Box;
  to: Box;
  tally: Tally;
  start: Point;
  end: Point;
  /** Where it is labelled, beside the line and nearer to who asks, so that labels of both directions do not meet. */
  label: Point;
}

export interface Point {
  x: number;
  y: number;
}

export interface Topology {
  boxes: Box[];
  links: Link[];
  /** The first of the links between nodes; not those of nodes that have no row. */
  curves: NodeCurve[];
  width: number;
  height: number;
}

const mostCurves = 24;
/** Between the lines of both directions. */
const apart = 18;
/** Between a line and the middle of its label. */
const labelApart = 13;

/** Places clusters, the links between them, and links between their nodes: the first of `nodeLinks`. */
export function topologyOf(
  paths: readonly PagePath[],
  clusters: readonly TopologyCluster[],
  nodeLinks: readonly NodeLink[] = [],
): Topology {
  const { rows, columns, cells } = matrixOf(paths, clusters);
  const names = [...new Set([...rows, ...columns].map(({ cluster }) => cluster))];
  const drawn = nodeLinks.slice(0, mostCurves);
  const boxes = topologyBoxes(names, paths, clusters, drawn);
  const byName = new Map(boxes.map((box) => [box.cluster, box]));
  const links = cells.flat().flatMap(({ from, to, tally: sum }) => {
    const [asker, asked] = [byName.get(from.cluster), byName.get(to.cluster)];
    if (!asker || !asked || asker === asked || sum.paths === 0) return [];
    const hasReturn = paths.some((path) => path.from.cluster === asked.cluster && path.to.cluster === asker.cluster);
    return [{ from: asker, to: asked, tally: sum, ...edges(asker, asked, hasReturn) }];
  });
  return {
    boxes,
    links,
    curves: nodeCurves(drawn, boxes),
    width:
      Math.max(...boxes.map(({ x, width, side, room }) => x + width + (side === "right" ? room : 0)), 0) + boxMargin,
    height: Math.max(...boxes.map(({ y, height }) => y + height), 0) + boxMargin,
  };
}

/** The line between two boxes from edge to edge; where there is one back, moved to its right, so that each has a line of its own. */
function edges(from: Box, to: Box, hasReturn: boolean): Pick<Link, "start" | "end" | "label"> {
  const [one, other] = [headOf(from), headOf(to)];
  const length = Math.hypot(other.x - one.x, other.y - one.y) || 1;
  const moved = ({ x, y }: Point, by: number) => ({
    x: x - ((other.y - one.y) / length) * by,
    y: y + ((other.x - one.x) / length) * by,
  });
  const aside = hasReturn ? apart / 2 : 0;
  const start = edgeTowards(from, moved(one, aside), moved(other, aside));
  const end = edgeTowards(to, moved(other, aside), moved(one, aside));
  const near = { x: start.x + (end.x - start.x) * 0.35, y: start.y + (end.y - start.y) * 0.35 };
  return { start, end, label: moved(near, labelApart) };
}

/** Links of clusters lead to their heads, so that those of nodes have the rows below. */
function headOf({ x, y, width }: Box): Point {
  return { x: x + width / 2, y: y + boxHeadHeight / 2 };
}

/** Where the line from a point inside of a box to one outside of it leaves the box. */
function edgeTowards(box: Box, inside: Point, outside: Point): Point {
  const [dx, dy] = [outside.x - inside.x, outside.y - inside.y];
  const untilX = dx === 0 ? Infinity : (dx > 0 ? box.x + box.width - inside.x : box.x - inside.x) / dx;
  const untilY = dy === 0 ? Infinity : (dy > 0 ? box.y + box.height - inside.y : box.y - inside.y) / dy;
  const part = Math.min(untilX, untilY);
  return { x: inside.x + dx * part, y: inside.y + dy * part };
}
