import { el, type Markup } from "./markup.ts";
import type { PagePath } from "./page-path.ts";
import { metrics, metricWords } from "./view.ts";

/** Makes the form that chooses what the matrix shows; its fields are named as those of a view. */
export function switches(paths: readonly PagePath[]): Markup {
  return el(
    "form",
    { class: "switches", "aria-label": "What the matrix shows" },
    choice("scenario", "Scenario", "all scenarios", differing(paths.map(({ scenario }) => scenario))),
    choice("protocol", "Protocol", "all protocols", differing(paths.map(({ protocol }) => protocol))),
    choice("family", "Family", "both families", differing(paths.flatMap(({ family }) => family ?? []))),
    el(
      "fieldset",
      {},
      el("legend", {}, "Metric"),
      metrics.map((metric) =>
        el(
          "label",
          { title: metricWords[metric] },
          el("input", { type: "radio", name: "metric", value: metric, checked: metric === "verdict" }),
          ` ${metric}`,
        ),
      ),
    ),
    el(
      "span",
      { class: "nowrap" },
      el("button", { type: "button", "data-fold": "none" }, "Unfold all"),
      " ",
      el("button", { type: "button", "data-fold": "all" }, "Fold all"),
    ),
  );
}

function choice(name: string, label: string, all: string, values: string[]): Markup {
  return el(
    "label",
    {},
    `${label} `,
    el(
      "select",
      { name },
      el("option", { value: "" }, all),
      values.map((value) => el("option", { value }, value)),
    ),
  );
}

function differing(values: string[]): string[] {
  return [...new Set(values)].toSorted();
}
