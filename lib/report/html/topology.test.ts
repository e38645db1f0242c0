import { expect, test } from "vitest";
import { pagePath } from "./page-path.ts";
import { madeUpResults } from "./test-results.ts";
import { type Box, type Point, topologyOf } from "./topology.ts";

test.for([2, 3, 5, 10])("boxes of %i clusters do not overlap, and links go from edge to edge", (count) => {
  const results = madeUpResults({ clusters: count, nodes: 3, paths: (count * 3) ** 2 });
  const clusters = results.clusters.map(({ context }) => ({
    name: context,
    nodes: ["region-worker-1", "region-worker-2", "region-worker-3"],
    untested: ["region-control-plane"],
  }));
  const { boxes, links, width, height } = topologyOf(results.paths.map(pagePath), clusters);
  expect(boxes).toHaveLength(count);
  expect(links).toHaveLength(count * (count - 1));
  for (const box of boxes) {
    expect(boxes.filter((other) => other !== box && overlap(box, other))).toEqual([]);
    expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height).toBe(true);
  }
  for (const { from, to, start, end } of links) {
    expect(onEdge(from, start)).toBe(true);
    expect(onEdge(to, end)).toBe(true);
  }
});

test("nodes that something is wrong with are drawn first, and what is not drawn is counted", () => {
  const results = madeUpResults({ clusters: 1, nodes: 20, paths: 400 });
  const nodes = results.clusters[0]?.nodes.filter(({ chosen }) => chosen).map(({ name }) => name) ?? [];
  const paths = results.paths.map(pagePath);
  const failing = paths.map((path) =>
    path.from.node === "region-worker-17" ? { ...path, sight: "failed" as const } : path,
  );
  const [box] = topologyOf(failing, [{ name: "kind-region-1", nodes, untested: [] }]).boxes;
  expect(box?.nodes[0]?.name).toBe("region-worker-17");
  expect([box?.nodes.length, box?.more]).toEqual([8, 12]);
});

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function onEdge({ x, y, width, height }: Box, point: Point): boolean {
  const near = (one: number, other: number) => Math.abs(one - other) < 0.01;
  const [inX, inY] = [
    point.x > x - 0.01 && point.x < x + width + 0.01,
    point.y > y - 0.01 && point.y < y + height + 0.01,
  ];
  return inX && inY && (near(point.x, x) || near(point.x, x + width) || near(point.y, y) || near(point.y, y + height));
}
