import type { NodeLink, NodePlace } from "./node-links.ts";
import type { Point } from "./topology.ts";
import { type Box, standsOut } from "./topology-boxes.ts";

/** A link between two nodes as it is drawn: a cubic Bézier curve from row to row, and where its sign stands, nearer to who asks. */
export interface NodeCurve {
  link: NodeLink;
  points: [start: Point, Point, Point, end: Point];
  sign: Point;
}

/** Half of what is between the curves of both directions. */
const aside = 3;
/** A cubic curve whose inner points stand out by one comes as far as this. */
const reach = 0.75;

/** Draws links between nodes whose rows are drawn, in their order; those within a cluster beside its box, where no other one is. */
export function nodeCurves(links: readonly NodeLink[], boxes: readonly Box[]): NodeCurve[] {
  const placed = links.flatMap((link) => {
    const [from, to] = [rowOf(link.from, boxes), rowOf(link.to, boxes)];
    return from && to ? [{ link, from, to }] : [];
  });
  const before = new Map<string, number>();
  return placed.map(({ link, from, to }) => {
    const points = from.box === to.box ? within(from, to) : across(from, to);
    // Signs of what one node asks stand one after the other, as their curves begin at one place.
    const asker = JSON.stringify([link.from, from.box === to.box, to.box.cluster]);
    const rank = before.get(asker) ?? 0;
    before.set(asker, rank + 1);
    return { link, points, sign: at(points, from.box === to.box ? 0.3 : 0.16 + (rank % 4) * 0.09) };
  });
}

interface Row {
  box: Box;
  index: number;
  y: number;
}

function rowOf({ cluster, node }: NodePlace, boxes: readonly Box[]): Row | undefined {
  const box = boxes.find((each) => each.cluster === cluster);
  const index = box?.nodes.findIndex(({ name }) => name === node) ?? -1;
  const found = box?.nodes[index];
  return box && found ? { box, index, y: box.y + found.y + 10 } : undefined;
}

/** Down on the outside and up on the inside, so that curves of both directions do not cross. */
function within(from: Row, to: Row): NodeCurve["points"] {
  const { x, width, side } = from.box;
  const isDown = to.index >= from.index;
  const apart = from.index === to.index ? 5 : aside;
  const edge = side === "left" ? x : x + width;
  const far = (standsOut(Math.abs(to.index - from.index)) + (isDown ? 2 * aside : 0)) / reach;
  const out = side === "left" ? edge - far : edge + far;
  const [start, end] = [from.y - apart, to.y + apart];
  return [
    { x: edge, y: start },
    { x: out, y: start },
    { x: out, y: end },
    { x: edge, y: end },
  ];
}

function across(from: Row, to: Row): NodeCurve["points"] {
  const [one, other] = [from.box, to.box];
  const isBefore = one.x + one.width / 2 < other.x;
  const isAfter = other.x + other.width / 2 < one.x;
  const leaves = isBefore ? "right" : isAfter ? "left" : one.side;
  const enters = isBefore ? "left" : isAfter ? "right" : one.side;
  const apart = isBefore || (!isAfter && one.y < other.y) ? -aside : aside;
  const [startX, endX] = [edgeOf(one, leaves), edgeOf(other, enters)];
  const far = Math.max(50, Math.abs(endX - startX) * 0.3);
  return [
    { x: startX, y: from.y + apart },
    { x: startX + (leaves === "left" ? -far : far), y: from.y + apart },
    { x: endX + (enters === "left" ? -far : far), y: to.y + apart },
    { x: endX, y: to.y + apart },
  ];
}

function edgeOf({ x, width }: Box, side: Box["side"]): number {
  return side === "left" ? x : x + width;
}

/** @see https://en.wikipedia.org/wiki/B%C3%A9zier_curve#Cubic_B%C3%A9zier_curves */
function at([start, first, second, end]: NodeCurve["points"], part: number): Point {
  const rest = 1 - part;
  const sum = (one: number, two: number, three: number, four: number) =>
    rest ** 3 * one + 3 * rest ** 2 * part * two + 3 * rest * part ** 2 * three + part ** 3 * four;
  return { x: sum(start.x, first.x, second.x, end.x), y: sum(start.y, first.y, second.y, end.y) };
}
