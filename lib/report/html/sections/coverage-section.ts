import type { PathResult, Results } from "../../path-result.ts";
import { ingressExamples, type IngressRequest, storeDomain } from "../ingress-examples.ts";
import { type Content, el, joined, type Markup } from "../markup.ts";
import { requirements } from "../requirements.ts";
import { scrollBox } from "../scroll-box.ts";
import { mark, sightOf, sights, signOf } from "../sight.ts";
import { tableHead } from "../table-head.ts";

/** What of the requirements and of the Ingress specification this run looked at, row by row, and what came of it. */
export function coverageSection(results: Results): Markup {
  return el(
    "section",
    { id: "coverage", "aria-labelledby": "coverage-title" },
    el("h2", { id: "coverage-title" }, "What was covered"),
    requirementTable(results),
    ingressTable(results),
  );
}

function requirementTable({ scenarios, paths }: Results): Content {
  if (!scenarios) return el("p", {}, "These results do not tell which requirements their scenarios cover.");
  const byScenario = Map.groupBy(paths, ({ scenario }) => scenario);
  const others = scenarios.flatMap(({ covers }) => covers).filter((id) => !Object.hasOwn(requirements, id));
  const rows = [...Object.entries(requirements), ...[...new Set(others)].map((id) => [id, "not in the table"])];
  return scrollBox(
    "Table of requirements",
    el(
      "table",
      { class: "coverage" },
      el("caption", {}, "Requirements, and the scenarios of this run that cover them"),
      tableHead("id", "requirement", "in this run", "scenarios"),
      el(
        "tbody",
        {},
        rows.map(([id = "", text]) => {
          const covering = scenarios.filter(({ covers }) => covers.includes(id));
          const asked = covering.map(({ name }) => byScenario.get(name) ?? []);
          return el(
            "tr",
            {},
            el("th", { scope: "row" }, id),
            el("td", {}, text),
            el("td", {}, state(asked)),
            el(
              "td",
              {},
              joined(
                covering.map(({ name }) => scenarioState(name, byScenario.get(name) ?? [])),
                ", ",
              ),
            ),
          );
        }),
      ),
    ),
  );
}

function scenarioState(name: string, paths: PathResult[]): Content {
  const worst = worstOf(paths);
  const words = worst ? counts(paths) : "no path";
  return el(
    "span",
    { title: words, class: "nowrap" },
    el("span", { "aria-hidden": "true" }, worst ? signOf(worst) : "·"),
    ` ${name} `,
    el("span", { class: "quiet" }, `(${words})`),
  );
}

function ingressTable({ paths, scenarios = [] }: Results): Content {
  const isChosen =
    scenarios.some(({ suite }) => suite === "ingress-paths") || paths.some(({ suite }) => suite === "ingress-paths");
  if (!isChosen) return el("p", {}, "The Ingress specification was not looked at: its suite was not in this run.");
  const ingress = paths.filter(({ suite }) => suite === "ingress-paths");
  return scrollBox(
    "Table of the Ingress specification",
    el(
      "table",
      { class: "coverage" },
      el("caption", {}, "Examples of the Ingress specification, and the requests of this run that try them"),
      tableHead("rule", "request", "matches", "in this run", "tried as"),
      el(
        "tbody",
        {},
        ingressExamples.map(({ rule, request, matches, tried }) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, el("code", {}, rule)),
            el("td", {}, el("code", {}, request)),
            el("td", {}, matches),
            el("td", {}, state(tried.map((each) => triedBy(each, ingress)))),
            el(
              "td",
              {},
              joined(
                tried.map(({ host, path }) => el("code", {}, `${host}${path}`)),
                ", ",
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

/** A skip is about a whole scenario and names no request. */
function triedBy({ scenario, host, path }: IngressRequest, paths: PathResult[]): PathResult[] {
  return paths.filter((each) => {
    if (each.scenario !== scenario) return false;
    if (each.verdict === "skipped") return true;
    const { way } = each;
    return way?.urlPath === path && way.host === `${host}.${storeDomain}`;
  });
}

/** Says what came of all parts of a row; where one of them has no path, or was skipped, what passed is a part. */
function state(parts: PathResult[][]): Content {
  const paths = parts.flat();
  const worst = worstOf(paths);
  if (!worst) return el("span", { class: "quiet" }, "· not looked at");
  const isPartly = parts.some((part) => part.length === 0) || paths.some(({ verdict }) => verdict === "skipped");
  const passed = isPartly ? "passed in part" : "passed";
  const words = worst === "failed" ? "broken claims" : worst === "passed" ? passed : worst;
  return [mark(worst, words), el("div", { class: "quiet" }, counts(paths))];
}

function worstOf(paths: PathResult[]) {
  const found = new Set(paths.map(sightOf));
  const worst = sights.find((sight) => found.has(sight));
  return worst === "skipped" && found.has("passed") ? "passed" : worst;
}

function counts(paths: PathResult[]): string {
  return sights
    .map((wanted) => ({ wanted, count: paths.filter((path) => sightOf(path) === wanted).length }))
    .filter(({ count }) => count > 0)
    .map(({ wanted, count }) => `${count} ${wanted}`)
    .join(", ");
}
