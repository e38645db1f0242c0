import { formatDuration } from "../../../base/duration.ts";
import type { Counts, Results } from "../../path-result.ts";
import { exitCodeOf, explainVerdict } from "../../verdict.ts";
import { el, joined, type Markup } from "../markup.ts";
import { type Sight, signOf } from "../sight.ts";

const sightOfVerdict: Record<Results["verdict"], Sight> = {
  passed: "passed",
  findings: "failed",
  regressed: "failed",
  configuration: "broken",
  broken: "broken",
  uncovered: "broken",
  interrupted: "broken",
};

/** The head of the page: the verdict with its exit code and sentence, the counts, and which run it was. */
export function verdictSection(results: Results): Markup {
  const { verdict, run, versions, clusters, summary } = results;
  const sight = sightOfVerdict[verdict];
  const exitCode = run.exitCode ?? exitCodeOf(verdict);
  const facts = [
    `run ${run.id}`,
    `began ${run.startedAt.slice(0, 19).replace("T", " ")} UTC`,
    run.finishedAt === undefined ? "had not ended when this was written" : `took ${formatDuration(run.durationMs)}`,
    run.lab ? "on the embedded lab, not on clusters of yours" : undefined,
    `meshgate ${versions.meshgate}`,
  ];
  return el(
    "header",
    { class: "verdict" },
    el(
      "h1",
      {},
      el("span", { class: `mark ${sight}` }, `${signOf(sight)} ${verdict}`),
      el("span", { class: "exit-code" }, ` exit code ${exitCode}`),
    ),
    el("p", { class: "sentence" }, sentence(explainVerdict(results))),
    counts(summary),
    el(
      "p",
      { class: "quiet" },
      joined(
        facts.filter((fact) => fact !== undefined),
        " · ",
      ),
      el("br"),
      clusters.length === 0
        ? "No cluster was seen."
        : joined(
            clusters.map(({ context, version }) => `${context} (${version})`),
            " · ",
          ),
    ),
  );
}

function counts(summary: Counts): Markup {
  const { passed, failed, broken, skipped, known = 0 } = summary;
  const shown: [Sight, number][] = [
    ["failed", failed],
    ["broken", broken],
    ...(known > 0 ? ([["known", known]] as [Sight, number][]) : []),
    ["skipped", skipped],
    ["passed", passed],
  ];
  return el(
    "ul",
    { class: "counts", "aria-label": "Paths by verdict" },
    shown.map(([sight, count]) =>
      el(
        "li",
        { class: count === 0 ? "zero" : sight },
        el("span", { "aria-hidden": "true" }, `${signOf(sight)} `),
        el("b", {}, count.toLocaleString("en")),
        ` ${sight}`,
      ),
    ),
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
