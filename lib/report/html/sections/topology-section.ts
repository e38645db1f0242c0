import { type Content, el, type Markup } from "../markup.ts";
import type { PagePath } from "../page-path.ts";
import { shortName } from "../short-name.ts";
import { signOf, sights } from "../sight.ts";
import type { NodeCurve } from "../node-curves.ts";
import { type NodeLink, noneKept } from "../node-links.ts";
import { nodeLinkList } from "../node-link-list.ts";
import { isUnwell, overall, type Tally } from "../tally.ts";
import { type Link, type Point, type Topology, topologyOf } from "../topology.ts";
import type { Box, BoxNode, TopologyCluster } from "../topology-boxes.ts";

/** Characters that a line of a box has room for. */
const lineLength = 42;
/** More labels than these would cover each other; the list below has them all the same. */
const mostLabels = 16;
const mostListed = 40;
/** A wider drawing may shrink to this width, which page.css repeats. */
const leastScaled = 640;

/**
 * Draws the clusters, their nodes and what came of the paths between them, and lists the links that are not whole, those between nodes
 * (as `nodeLinksOf` gives them) beside the drawing.
 */
export function topologySection(
  paths: readonly PagePath[],
  clusters: readonly TopologyCluster[],
  nodeLinks: readonly NodeLink[],
): Markup | undefined {
  if (clusters.length === 0) return undefined;
  const topology = topologyOf(paths, clusters, nodeLinks);
  const unwell = topology.links.filter(({ tally }) => isUnwell(tally));
  return el(
    "section",
    { id: "topology", "aria-labelledby": "topology-title" },
    el("h2", { id: "topology-title" }, "Topology"),
    el(
      "div",
      { class: "drawn" },
      el(
        "div",
        { class: "scrolls", tabindex: 0, role: "region", "aria-label": "Drawing of clusters and links" },
        drawing(topology, unwell, nodeLinks),
      ),
      nodeLinkList(nodeLinks, topology.curves.length),
    ),
    el(
      "p",
      { class: "quiet" },
      "Between clusters, solid: all passed; ✗ thick and dashed: broken claims; ! dotted: could not be looked at; – thin and dotted: skipped. An arrow points to who is asked.",
      nodeLinks.length > 0 &&
        " Between nodes only what is not whole is drawn: ✗ in a disc and thick: no path kept its claim; ✗ without a disc and thin: some did not; k: that is known; !: they could not be looked at.",
    ),
    unwell.length > 0 && [
      el("h3", {}, "Between clusters, by all ways"),
      el(
        "ul",
        {},
        unwell
          .slice(0, mostListed)
          .map(({ from, to, tally }) => el("li", {}, `${nameOf(from)} → ${nameOf(to)}: ${counts(tally)}`)),
        unwell.length > mostListed && el("li", {}, `and ${unwell.length - mostListed} more: see the matrix`),
      ),
    ],
  );
}

function drawing(
  { boxes, links, curves, width, height }: Topology,
  unwell: readonly Link[],
  nodeLinks: readonly NodeLink[],
): Markup {
  return el(
    "svg",
    {
      class: width > leastScaled ? "topology wide" : "topology",
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      width: Math.ceil(width),
      height: Math.ceil(height),
      role: "img",
      "aria-label": summary(boxes, unwell, nodeLinks),
    },
    el(
      "defs",
      {},
      el(
        "marker",
        {
          id: "arrow",
          viewBox: "0 0 8 8",
          refX: 7,
          refY: 4,
          markerWidth: 8,
          markerHeight: 8,
          orient: "auto",
          markerUnits: "userSpaceOnUse",
        },
        el("path", { d: "M0 0 8 4 0 8z" }),
      ),
    ),
    links.map(line),
    curves.map(curve),
    boxes.map(boxOf),
    curves.map(sign),
    unwell.length <= mostLabels && links.map(label),
  );
}

function line({ tally, start, end }: Link): Markup {
  return el("line", {
    x1: round(start.x),
    y1: round(start.y),
    x2: round(end.x),
    y2: round(end.y),
    class: `link link-${overall(tally)}`,
    "marker-end": "url(#arrow)",
  });
}

function label({ tally, label: { x, y } }: Link): Content {
  if (!isUnwell(tally)) return undefined;
  return el(
    "text",
    { x: round(x), y: round(y + 4), class: `link-label text-${tally.worst}`, "text-anchor": "middle" },
    brief(tally),
  );
}

function curve({ link: { from, to, tally }, points: [start, first, second, end] }: NodeCurve): Markup {
  const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
  const isWhole = noneKept(tally);
  return el(
    "path",
    {
      d: `M${at(start)}C${at(first)} ${at(second)} ${at(end)}`,
      class: `node-link link-${tally.worst}${isWhole ? " whole-link" : ""}`,
      "marker-end": "url(#arrow)",
    },
    el("title", {}, `${from.node} → ${to.node}: ${counts(tally)}`),
  );
}

function sign({ link: { tally }, sign: { x, y } }: NodeCurve): Content {
  const { worst } = tally;
  if (worst === undefined) return undefined;
  const isWhole = noneKept(tally);
  return [
    isWhole && el("circle", { cx: round(x), cy: round(y), r: 8, class: `disc disc-${worst}` }),
    el(
      "text",
      {
        x: round(x),
        y: round(y + 4.5),
        class: isWhole ? "in-disc" : `link-label text-${worst}`,
        "text-anchor": "middle",
      },
      signOf(worst),
    ),
  ];
}

function boxOf({ x, y, width, height, cluster, nodes, more, within }: Box): Markup {
  const isOutside = cluster === "";
  return el(
    "g",
    { transform: `translate(${round(x)} ${round(y)})` },
    el("rect", { width, height, rx: 4, class: isOutside ? "box outside" : "box" }),
    el(
      "text",
      { x: 10, y: 18, class: "box-name" },
      el("title", {}, cluster),
      isOutside ? "outside" : shortName(cluster, lineLength - 3),
    ),
    !isOutside &&
      el(
        "text",
        { x: 10, y: 34, class: within.worst && isUnwell(within) ? `small text-${within.worst}` : "small" },
        within.worst === undefined ? "nothing asked within" : `within: ${brief(within)}`,
      ),
    nodes.map(nodeOf),
    more > 0 && el("text", { x: 10, y: headHeightOf(nodes) + 14, class: "small" }, `and ${more} more nodes`),
  );
}

function nodeOf({ name, tested, tally, y }: BoxNode): Markup {
  const sight = overall(tally);
  const remark = !tested ? ", not tested" : isUnwell(tally) ? `  ${brief(tally)}` : "";
  return el(
    "text",
    { x: 10, y: y + 14, class: tested && sight ? `small text-${sight}` : "small text-none" },
    el("title", {}, `${name}: ${tested ? counts(tally) : "not tested"}`),
    `${tested && sight ? signOf(sight) : "·"} ${shortName(name, lineLength - 2 - remark.length)}${remark}`,
  );
}

function headHeightOf(nodes: readonly BoxNode[]): number {
  return (nodes.at(-1)?.y ?? 24) + 20;
}

function brief({ counts: by, paths }: Tally): string {
  const unwell = sights.filter((sight) => by[sight] > 0 && sight !== "passed" && sight !== "skipped");
  if (unwell.length === 0 && by.skipped > 0)
    return by.passed > 0 ? `✓ ${by.passed}  – ${by.skipped}` : `– ${by.skipped}`;
  return unwell.length === 0
    ? `✓ ${paths}`
    : `${unwell.map((sight) => `${signOf(sight)} ${by[sight]}`).join("  ")} of ${paths}`;
}

function counts({ counts: by, paths }: Tally): string {
  if (paths === 0) return "nothing asked";
  return sights
    .filter((sight) => by[sight] > 0)
    .map((sight) => `${by[sight]} ${sight}`)
    .join(", ");
}

function summary(boxes: readonly Box[], unwell: readonly Link[], nodeLinks: readonly NodeLink[]): string {
  const clusters = boxes.filter(({ cluster }) => cluster !== "").length;
  return [
    `${clusters} ${clusters === 1 ? "cluster" : "clusters"}`,
    clusters > 1 || unwell.length > 0 ? notWhole(unwell.length, "between them", "listed below") : [],
    notWhole(nodeLinks.length, "between nodes", "listed with it"),
  ]
    .flat()
    .join("; ");
}

function notWhole(count: number, where: string, listed: string): string {
  if (count === 0) return `no link ${where} is broken`;
  return count === 1
    ? `1 link ${where} is not whole; it is ${listed}`
    : `${count} links ${where} are not whole; they are ${listed}`;
}

function nameOf({ cluster }: Box): string {
  return cluster === "" ? "outside" : cluster;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
