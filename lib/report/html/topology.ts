import { matrixOf, type MatrixCluster } from "./matrix.ts";
import type { PagePath } from "./page-path.ts";
import { type Tally, tally } from "./tally.ts";

/** A box of the drawing: a cluster, or what is outside of all. */
export interface Box {
  /** Empty for what is outside. */
  cluster: string;
  /** Nodes that are drawn, those of failed paths first, and how many are not. */
  nodes: BoxNode[];
  more: number;
  /** Of paths between its own nodes. */
  within: Tally;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface BoxNode {
  name: string;
  tested: boolean;
  /** Of the paths that it asks or is asked. */
  tally: Tally;
  y: number;
}

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
  width: number;
  height: number;
}

/** A cluster with all of its nodes. */
export interface TopologyCluster extends MatrixCluster {
  untested: string[];
}

const boxWidth = 300;
const headHeight = 44;
const nodeHeight = 20;
const mostNodes = 8;
const gap = 220;
/** A circle of many clusters would be higher than a screen. */
const flatness = 0.62;
const margin = 12;
/** Between the lines of both directions. */
const apart = 18;
/** Between a line and the middle of its label. */
const labelApart = 13;

/** Places clusters on a circle, two side by side, and the links between them. */
export function topologyOf(paths: readonly PagePath[], clusters: readonly TopologyCluster[]): Topology {
  const { rows, columns, cells } = matrixOf(paths, clusters);
  const names = [...new Set([...rows, ...columns].map(({ cluster }) => cluster))];
  const boxes = arrange(names.map((name) => boxOf(name)));
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
    width: Math.max(...boxes.map(({ x, width }) => x + width), 0) + margin,
    height: Math.max(...boxes.map(({ y, height }) => y + height), 0) + margin,
  };

  function boxOf(cluster: string): Box {
    const { nodes = [], untested = [] } = clusters.find(({ name }) => name === cluster) ?? {};
    const own = paths.filter(({ from, to }) => from.cluster === cluster || to.cluster === cluster);
    const sums = nodes.map((name) => ({
      name,
      tested: true,
      tally: tally(
        own.filter(({ from, to }) => [from, to].some((end) => end.cluster === cluster && end.node === name)),
      ),
    }));
    const all = [...sums, ...untested.map((name) => ({ name, tested: false, tally: tally([]) }))];
    const ordered = all.toSorted((one, other) => unwell(other.tally) - unwell(one.tally));
    const drawn = ordered.slice(0, ordered.length === mostNodes + 1 ? undefined : mostNodes);
    const lines = drawn.length + (drawn.length < all.length ? 1 : 0);
    return {
      cluster,
      nodes: drawn.map((node, index) => ({ ...node, y: headHeight + index * nodeHeight })),
      more: all.length - drawn.length,
      within: tally(own.filter(({ from, to }) => from.cluster === to.cluster)),
      x: 0,
      y: 0,
      width: boxWidth,
      height: headHeight + lines * nodeHeight + (lines > 0 ? 8 : 0),
    };
  }
}

function unwell({ counts }: Tally): number {
  return counts.failed * 1000 + counts.broken + counts.known;
}

function arrange(boxes: Box[]): Box[] {
  const outside = boxes.find(({ cluster }) => cluster === "");
  const clusters = boxes.filter(({ cluster }) => cluster !== "");
  const tallest = Math.max(...clusters.map(({ height }) => height), 0);
  const radius =
    clusters.length < 2
      ? 0
      : clusters.length === 2
        ? (boxWidth + gap) / 2
        : Math.max(boxWidth + gap / 2, (tallest + gap / 2) / flatness) / 2 / Math.sin(Math.PI / clusters.length);
  // Two clusters stand side by side; of more, the first one stands on top.
  const turn = clusters.length === 2 ? Math.PI : -Math.PI / 2;
  const placed = clusters.map((box, index) => {
    const angle = turn + (index * 2 * Math.PI) / Math.max(1, clusters.length);
    return {
      ...box,
      x: radius * Math.cos(angle) - box.width / 2,
      y: radius * Math.sin(angle) * flatness - box.height / 2,
    };
  });
  const top = Math.min(...placed.map(({ y }) => y), 0);
  const left = Math.min(...placed.map(({ x }) => x), 0);
  const above = outside ? outside.height + 90 : 0;
  const moved = placed.map((box) => ({ ...box, x: box.x - left + margin, y: box.y - top + margin + above }));
  if (!outside) return moved;
  const right = Math.max(...moved.map(({ x, width }) => x + width), boxWidth);
  return [{ ...outside, x: (right + margin) / 2 - boxWidth / 2, y: margin }, ...moved];
}

/** The line between two boxes from edge to edge; where there is one back, moved to its right, so that each has a line of its own. */
function edges(from: Box, to: Box, hasReturn: boolean): Pick<Link, "start" | "end" | "label"> {
  const [one, other] = [middleOf(from), middleOf(to)];
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

function middleOf({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/** Where the line from a point inside of a box to one outside of it leaves the box. */
function edgeTowards(box: Box, inside: Point, outside: Point): Point {
  const [dx, dy] = [outside.x - inside.x, outside.y - inside.y];
  const untilX = dx === 0 ? Infinity : (dx > 0 ? box.x + box.width - inside.x : box.x - inside.x) / dx;
  const untilY = dy === 0 ? Infinity : (dy > 0 ? box.y + box.height - inside.y : box.y - inside.y) / dy;
  const part = Math.min(untilX, untilY);
  return { x: inside.x + dx * part, y: inside.y + dy * part };
}
