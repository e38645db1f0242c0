import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../base/write-atomically.ts";
import type { ClusterFacts, Results } from "../path-result.ts";
import { el, joined, type Markup } from "./markup.ts";
import type { Writer } from "../writer.ts";
import { nodeLinksOf } from "./node-links.ts";
import { packPaths } from "./pack-paths.ts";
import type { PageData } from "./page-data.ts";
import { type PagePath, pagePath } from "./page-path.ts";
import { pageScript } from "./page-script.ts";
import { pathLists } from "./path-lists.ts";
import { renderMarkup } from "./render-markup.ts";
import { brokenSection, skipSection } from "./sections/broken-section.ts";
import { causeSection } from "./sections/cause-section.ts";
import { comparisonSection } from "./sections/comparison-section.ts";
import { coverageSection } from "./sections/coverage-section.ts";
import { evidenceSection } from "./sections/evidence-section.ts";
import { findingSection } from "./sections/finding-section.ts";
import { knownSection } from "./sections/known-section.ts";
import { matrixSection } from "./sections/matrix-section.ts";
import { runSection } from "./sections/run-section.ts";
import { timingSection } from "./sections/timing-section.ts";
import { topologySection } from "./sections/topology-section.ts";
import { troubleSection } from "./sections/trouble-section.ts";
import { verdictSection } from "./sections/verdict-section.ts";
import { htmlPage } from "./shell.ts";
import type { TopologyCluster } from "./topology-boxes.ts";

const styles = readFileSync(new URL("page.css", import.meta.url), "utf8");

/** Makes report.html out of results: once, at the end, for what it takes would be missing where a run asks and measures. */
export const htmlWriter: Writer = {
  name: "html",
  output: "report.html",
  everyMs: Infinity,
  async write(results: Results, directory: string): Promise<void> {
    writeAtomically(join(directory, htmlWriter.output), await renderHtml(results));
  },
};

/**
 * Renders results as one self-contained page that opens from disk, for people: the verdict and the causes first. All of it but the matrix' switches and lists
 * that unfold is there without a script. Links lead to files beside it, in the directory of results.json, and to specifications.
 */
export async function renderHtml(results: Results): Promise<string> {
  const { paths, clusters, verdict, run } = results;
  const lists = pathLists(paths);
  const pagePaths = paths.map(pagePath);
  const sections = sectionsOf(results, pagePaths, lists).filter((section) => section !== undefined);
  const body = [verdictSection(results), contents(sections), el("main", { id: "content", tabindex: -1 }, sections)];
  const data: PageData = { paths: packPaths(pagePaths), clusters: clusters.map(matrixCluster), lists: lists.lists };
  const live = paths.length === 0 ? {} : { script: await pageScript(), data };
  return htmlPage({
    title: `${verdict} – meshgate ${run.id}`,
    body: body.map(renderMarkup).join("\n"),
    styles,
    ...live,
  });
}

function sectionsOf(results: Results, paths: PagePath[], lists: ReturnType<typeof pathLists>): (Markup | undefined)[] {
  const { clusters } = results;
  const drawn = clusters.map(topologyCluster);
  return [
    causeSection(results),
    troubleSection(results),
    findingSection(results, lists),
    matrixSection(paths, clusters.map(matrixCluster)),
    topologySection(paths, drawn, nodeLinksOf(results.paths, drawn)),
    brokenSection(results, lists),
    comparisonSection(results),
    knownSection(results, lists),
    skipSection(results, lists),
    coverageSection(results),
    evidenceSection(results),
    timingSection(results),
    runSection(results),
  ];
}

/** Links to all sections, by their titles. */
function contents(sections: readonly Markup[]): Markup {
  const links = sections.flatMap(({ attributes: { id }, children }) => {
    const title = children.find((child): child is Markup => typeof child !== "string" && child.name === "h2");
    return id === undefined || !title ? [] : [el("a", { href: `#${id}` }, title.children)];
  });
  return el("nav", { "aria-label": "Sections" }, joined(links, " · "));
}

function matrixCluster({ context, nodes }: ClusterFacts) {
  return { name: context, nodes: nodes.filter(({ chosen }) => chosen).map(({ name }) => name) };
}

function topologyCluster(cluster: ClusterFacts): TopologyCluster {
  const untested = cluster.nodes.filter(({ chosen }) => !chosen).map(({ name }) => name);
  return { ...matrixCluster(cluster), untested };
}
