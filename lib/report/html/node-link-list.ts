import { el, type Markup } from "./markup.ts";
import { type NodeLink, type NodePlace, noneKept } from "./node-links.ts";
import { mark } from "./sight.ts";

/** Links that have a line of their own; the rest is counted. */
const mostListed = 24;

/** Says in words which links between nodes are not whole; `drawn` is how many of them the drawing has. Undefined where there are none. */
export function nodeLinkList(links: readonly NodeLink[], drawn: number): Markup | undefined {
  if (links.length === 0) return undefined;
  const clustersOf = Map.groupBy(
    links.flatMap(({ from, to }) => [from, to]),
    ({ node }) => node,
  );
  const rest = links.length - mostListed;
  return el(
    "div",
    { class: "node-links" },
    el("h3", {}, `Node to node: ${links.length} ${links.length === 1 ? "link is" : "links are"} not whole`),
    el(
      "ul",
      {},
      links
        .slice(0, mostListed)
        .map(({ from, to, tally }) =>
          el(
            "li",
            {},
            tally.worst && mark(tally.worst, noneKept(tally) ? "all" : "some"),
            el("span", {}, piece(`${nameOf(from)} → `), piece(`${nameOf(to)}: `), saidOf(tally)),
          ),
        ),
      rest > 0 && el("li", {}, `and ${rest} more: unfold the matrix`),
    ),
    drawn < links.length && el("p", { class: "quiet" }, `${drawn} of them are drawn.`),
  );

  function nameOf({ cluster, node }: NodePlace): string {
    const isOne = new Set((clustersOf.get(node) ?? []).map((place) => place.cluster)).size === 1;
    return isOne ? node : `${cluster}/${node}`;
  }
}

/** What is broken into lines only where it is longer than one. */
function piece(text: string): Markup {
  return el("span", { class: "piece" }, text);
}

function saidOf({ counts: { failed, known, broken }, paths }: NodeLink["tally"]): string {
  const of = (count: number) =>
    paths === 1 ? "its only path" : count === paths ? `all ${paths}` : `${count} of ${paths}`;
  const broke = (count: number) => `${of(count)} broke ${count === 1 ? "its claim" : "their claims"}`;
  return [
    failed > 0 ? broke(failed) : [],
    known > 0 ? `${broke(known)}, as is known` : [],
    broken > 0 ? `${of(broken)} could not be looked at` : [],
  ]
    .flat()
    .join(", ");
}
