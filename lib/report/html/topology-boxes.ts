import type { MatrixCluster } from "./matrix.ts";
import type { NodeLink } from "./node-links.ts";
import type { PagePath } from "./page-path.ts";
import { type Tally, tally } from "./tally.ts";

/** A box of the drawing: a cluster, or what is outside of all. */
export interface Box {
  /** Empty for what is outside. */
  cluster: string;
  /** Nodes that are drawn, those of broken links and of failed paths first, and how many are not. */
  nodes: BoxNode[];
  more: number;
  /** Of paths between its own nodes. */
  within: Tally;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Where links of its nodes have room beside it, away from the other boxes, and how much. */
  side: "left" | "right";
  room: number;
}

export interface BoxNode {
  name: string;
  /** False for one that no agent was planned for and that no path is about. */
  tested: boolean;
  /** Of the paths that it asks or is asked. */
  tally: Tally;
  /** Of its row, below the top of the box. */
  y: number;
}

/** A cluster with all of its nodes. */
export interface TopologyCluster extends MatrixCluster {
  untested: string[];
}

export const boxHeadHeight = 44;
export const boxMargin = 12;
const boxWidth = 300;
const nodeHeight = 20;
/** Where links end at the rows. */
const linkedNodeHeight = 30;
const mostNodes = 8;
const gap = 220;
/** Between neighbours on a circle of a few clusters, so that they are beside each other where links of nodes lead from one to the other. */
const wideStep = 2 * boxWidth + 160;
/** A circle of many clusters would be higher than a screen. */
const flatness = 0.62;
/** How far links within a cluster stand out from its box: at least, and for each row on the way. */
const leastRoom = 40;
const roomPerRow = 12;

/** Makes the boxes of clusters by their names, on a circle, two side by side, and what is outside above them. */
export function topologyBoxes(
  names: readonly string[],
  paths: readonly PagePath[],
  clusters: readonly TopologyCluster[],
  nodeLinks: readonly NodeLink[],
): Box[] {
  return arrange(
    names.map((name) => boxOf(name)),
    nodeLinks.length > 0,
  );

  function boxOf(cluster: string): Box {
    const own = paths.filter(({ from, to }) => from.cluster === cluster || to.cluster === cluster);
    const all = nodesOf(cluster, own);
    const drawn = all.slice(0, all.length === mostNodes + 1 ? undefined : mostNodes);
    const lines = drawn.length + (drawn.length < all.length ? 1 : 0);
    const links = nodeLinks.filter(({ from, to }) => from.cluster === cluster || to.cluster === cluster);
    const hasInner = links.some(({ from, to }) => from.cluster === to.cluster);
    const rowHeight = nodeLinks.length > 0 ? linkedNodeHeight : nodeHeight;
    return {
      cluster,
      nodes: drawn.map((node, index) => ({ ...node, y: boxHeadHeight + index * rowHeight })),
      more: all.length - drawn.length,
      within: tally(own.filter(({ from, to }) => from.cluster === to.cluster)),
      x: 0,
      y: 0,
      width: boxWidth,
      height: boxHeadHeight + lines * rowHeight + (lines > 0 ? 8 : 0),
      side: "right",
      room: hasInner ? leastRoom + roomPerRow * drawn.length : links.length > 0 && names.length > 2 ? leastRoom : 0,
    };
  }

  function nodesOf(cluster: string, own: readonly PagePath[]): Omit<BoxNode, "y">[] {
    const { nodes = [], untested = [] } = clusters.find(({ name }) => name === cluster) ?? {};
    const linked = new Set(
      nodeLinks.flatMap(({ from, to }) => [from, to].flatMap((end) => (end.cluster === cluster ? end.node : []))),
    );
    const all = [...nodes, ...untested].map((name) => {
      const sum = tally(
        own.filter(({ from, to }) => [from, to].some((end) => end.cluster === cluster && end.node === name)),
      );
      return { name, tested: sum.paths > 0 || nodes.includes(name), tally: sum };
    });
    return all.toSorted(
      (one, other) =>
        Number(linked.has(other.name)) - Number(linked.has(one.name)) || unwell(other.tally) - unwell(one.tally),
    );
  }
}

/** Gives how far a link within a cluster stands out from its box, by how many rows are between its ends. */
export function standsOut(rows: number): number {
  return leastRoom - 8 + roomPerRow * rows;
}

function unwell({ counts }: Tally): number {
  return counts.failed * 1000 + counts.broken + counts.known;
}

function arrange(boxes: Box[], hasNodeLinks: boolean): Box[] {
  const outside = boxes.find(({ cluster }) => cluster === "");
  const clusters = boxes.filter(({ cluster }) => cluster !== "");
  const placed = onCircle(clusters, hasNodeLinks);
  const top = Math.min(...placed.map(({ y }) => y), 0);
  const left = Math.min(...placed.map(({ x, side, room }) => (side === "left" ? x - room : x)), 0);
  const above = outside ? outside.height + 90 : 0;
  const moved = placed.map((box) => ({ ...box, x: box.x - left + boxMargin, y: box.y - top + boxMargin + above }));
  if (!outside) return moved;
  const right = Math.max(...moved.map(({ x, width }) => x + width), boxWidth);
  return [{ ...outside, x: (right + boxMargin) / 2 - boxWidth / 2, y: boxMargin }, ...moved];
}

function onCircle(clusters: readonly Box[], hasNodeLinks: boolean): Box[] {
  const tallest = Math.max(...clusters.map(({ height }) => height), 0);
  const step = !hasNodeLinks ? boxWidth + gap / 2 : clusters.length <= 4 ? wideStep : boxWidth + gap;
  const radius =
    clusters.length < 2
      ? 0
      : clusters.length === 2
        ? (boxWidth + gap) / 2
        : Math.max(step, (tallest + gap / 2) / flatness) / 2 / Math.sin(Math.PI / clusters.length);
  // Two clusters stand side by side; of more, the first one stands on top.
  const turn = clusters.length === 2 ? Math.PI : -Math.PI / 2;
  return clusters.map((box, index) => {
    const angle = turn + (index * 2 * Math.PI) / clusters.length;
    const across = radius * Math.cos(angle);
    return {
      ...box,
      x: across - box.width / 2,
      y: radius * Math.sin(angle) * flatness - box.height / 2,
      side: across < -1 ? "left" : "right",
    };
  });
}
