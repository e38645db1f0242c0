import { expect, test } from "vitest";
import type { PathResult } from "../path-result.ts";
import { noneKept, nodeLinksOf } from "./node-links.ts";
import { nodeLinkList } from "./node-link-list.ts";
import { renderMarkup } from "./render-markup.ts";
import { failedWith, madeUpResults } from "./test-results.ts";

const known = { id: "*", reason: "the old switch", expires: "2027-01-31" };

/** What the page says of links between the nodes of a run. */
function told(made: Parameters<typeof madeUpResults>[0], drawn?: number): string[] {
  const { links } = linksOf(made);
  const list = nodeLinkList(links, drawn ?? links.length);
  return list
    ? renderMarkup(list)
        .split(/<\/li>|<\/h3>/)
        .map((part) => part.replaceAll(/<[^>]*>/g, ""))
    : [];
}

function linksOf(made: Parameters<typeof madeUpResults>[0]) {
  const results = madeUpResults(made);
  const clusters = results.clusters.map(({ context, nodes }) => ({
    name: context,
    nodes: nodes.filter(({ chosen }) => chosen).map(({ name }) => name),
    untested: nodes.filter(({ chosen }) => !chosen).map(({ name }) => name),
  }));
  return { links: nodeLinksOf(results.paths, clusters) };
}

function fails(index: number, { way }: PathResult): Partial<PathResult> {
  return { ...failedWith(index), ...(way ? { way } : {}) };
}

const broken = { verdict: "broken", outcome: "not-run", reason: "the agent ended" } as const;

test("links between nodes of one cluster are told with their direction, those without a path that passed first", () => {
  expect(
    told({
      clusters: 1,
      nodes: 3,
      paths: 9 * 6,
      come(path, index) {
        const link = [path.from.node, path.to.node].map((node = "") => node.at(-1)).join(" ");
        if (link === "2 1" && /udp/.test(path.id)) return fails(index, path);
        if (link === "1 3") return fails(index, path);
        if (link === "3 3") return /udp/.test(path.id) ? fails(index, path) : broken;
        if (link === "2 3") return broken;
        if (link === "3 1" && /8k/.test(path.id)) return { ...fails(index, path), known };
        if (link === "3 2") return { verdict: "skipped", outcome: "not-run" };
        return {};
      },
    }),
  ).toEqual([
    "Node to node: 5 links are not whole",
    "✗ allregion-worker-1 → region-worker-3: all 6 broke their claims",
    "✗ allregion-worker-3 → region-worker-3: 2 of 6 broke their claims, 4 of 6 could not be looked at",
    "! allregion-worker-2 → region-worker-3: all 6 could not be looked at",
    "✗ someregion-worker-2 → region-worker-1: 2 of 6 broke their claims",
    "k someregion-worker-3 → region-worker-1: 3 of 6 broke their claims, as is known",
    "",
  ]);
});

test("a link of failures and skips has not only failures", () => {
  const { links } = linksOf({
    clusters: 1,
    nodes: 1,
    paths: 2,
    come: (path, index) => (index === 0 ? fails(index, path) : { verdict: "skipped", outcome: "not-run" }),
  });
  expect(links.map(({ tally }) => noneKept(tally))).toEqual([false]);
});

test.for(["cluster-address", "name", "node-port", "dns", "ingress"] as const)(
  "what fails on a way of rung %s is between no two nodes",
  (rung) => {
    const { links } = linksOf({
      clusters: 2,
      nodes: 1,
      paths: 4,
      come: (path, index) => (path.way ? { ...failedWith(index), way: { ...path.way, rung } } : {}),
    });
    expect(links).toEqual([]);
  },
);

test("what is outside of all clusters, on no node, or on one that no cluster has is no end of a link", () => {
  const ends: PathResult["from"][] = [
    { cluster: "", node: "region-worker-1", name: "runner" },
    { cluster: "kind-region-1", name: "echo" },
    { cluster: "kind-region-1", node: "gone", name: "echo" },
  ];
  const { links } = linksOf({
    clusters: 1,
    nodes: 1,
    paths: 3,
    come: (path, index) => ({ ...fails(index, path), from: ends[index] ?? path.from }),
  });
  expect(links).toEqual([]);
});

test("nodes of one name are told by their clusters, and one broken link comes before a hundred alike", () => {
  const all = told(
    {
      clusters: 3,
      nodes: 10,
      paths: 900,
      come: (path, index) =>
        (path.from.cluster === "kind-region-1" && path.to.cluster === "kind-region-2") ||
        (path.group === "kind-region-3 -> kind-region-3" && index % 100 === 99 && path.from.node === path.to.node)
          ? fails(index, path)
          : {},
    },
    24,
  );
  expect(all.slice(0, 3)).toEqual([
    "Node to node: 101 links are not whole",
    "✗ allkind-region-3/region-worker-10 → kind-region-3/region-worker-10: its only path broke its claim",
    "✗ allkind-region-1/region-worker-1 → kind-region-2/region-worker-1: its only path broke its claim",
  ]);
  expect(all.slice(-2)).toEqual(["and 77 more: unfold the matrix", "24 of them are drawn."]);
});
