import { expect, test } from "vitest";
import { nodeLinksOf } from "./node-links.ts";
import { pagePath } from "./page-path.ts";
import { failedWith, madeUpResults } from "./test-results.ts";
import { type Point, topologyOf } from "./topology.ts";
import type { Box } from "./topology-boxes.ts";

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

test.for([1, 2, 3, 4, 10])(
  "links between nodes of %i clusters go from edge to edge, inside of the drawing",
  (count) => {
    const results = madeUpResults({
      clusters: count,
      nodes: 3,
      paths: (count * 3) ** 2,
      come: ({ from, to, way }, index) =>
        from.node === "region-worker-2" || to.cluster === "kind-region-1"
          ? { ...failedWith(index), ...(way ? { way } : {}) }
          : {},
    });
    const clusters = results.clusters.map(({ context, nodes }) => ({
      name: context,
      nodes: nodes.filter(({ chosen }) => chosen).map(({ name }) => name),
      untested: ["region-control-plane"],
    }));
    const nodeLinks = nodeLinksOf(results.paths, clusters);
    const { boxes, curves, width, height } = topologyOf(results.paths.map(pagePath), clusters, nodeLinks);
    expect(curves.map(({ link }) => link)).toEqual(nodeLinks.slice(0, 24));
    for (const { link, points, sign } of curves) {
      const [from, to] = [link.from, link.to].map(({ cluster }) => boxes.find((box) => box.cluster === cluster));
      expect([from && onEdge(from, points[0]), to && onEdge(to, points[3])]).toEqual([true, true]);
      expect(points[0]).not.toEqual(points[3]);
      for (const { x, y } of [points[0], sign, points[3]]) expect(x > 0 && x < width && y > 0 && y < height).toBe(true);
    }
  },
);

test("nodes of broken links have a row before others that are as unwell", () => {
  const results = madeUpResults({
    clusters: 1,
    nodes: 12,
    paths: 144 * 2,
    come: ({ from, to, way }, index) =>
      from.node === "region-worker-11" && to.node === "region-worker-12"
        ? { ...failedWith(index), ...(way ? { way } : {}) }
        : to.node !== "region-worker-11" && to.node !== "region-worker-12" && way
          ? { ...failedWith(index), way: { ...way, rung: "name" } }
          : {},
  });
  const nodes = results.clusters[0]?.nodes.filter(({ chosen }) => chosen).map(({ name }) => name) ?? [];
  const clusters = [{ name: "kind-region-1", nodes, untested: [] }];
  const { boxes, curves } = topologyOf(results.paths.map(pagePath), clusters, nodeLinksOf(results.paths, clusters));
  expect(boxes[0]?.nodes.slice(0, 2).map(({ name }) => name)).toEqual(["region-worker-11", "region-worker-12"]);
  expect(curves).toHaveLength(1);
});

test("a node that no agent was planned for, and that paths are about, counts these", () => {
  const [path] = madeUpResults({ clusters: 1, nodes: 1, paths: 1 }).paths.map(pagePath);
  const asked = { ...path!, to: { cluster: "kind-region-1", node: "region-control-plane", name: "node" } };
  const [box] = topologyOf(
    [asked],
    [{ name: "kind-region-1", nodes: ["region-worker-1"], untested: ["region-control-plane"] }],
  ).boxes;
  expect(box?.nodes.map(({ name, tested, tally }) => [name, tested, tally.paths])).toEqual([
    ["region-worker-1", true, 1],
    ["region-control-plane", true, 1],
  ]);
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
