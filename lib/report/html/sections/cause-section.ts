import type { Cause, Diagnosis } from "../../path-result.ts";
import { command, fields } from "../fields.ts";
import { type Content, el, type Markup } from "../markup.ts";

/** What explains the findings, most likely first, and what was asked on top. Undefined where nothing was found or asked. */
export function causeSection({ diagnosis }: { diagnosis?: Diagnosis | undefined }): Markup | undefined {
  if (!diagnosis || (diagnosis.causes.length === 0 && diagnosis.confirmations.length === 0)) return undefined;
  const { causes, unexplained, confirmations } = diagnosis;
  return el(
    "section",
    { id: "causes", "aria-labelledby": "causes-title" },
    el("h2", { id: "causes-title" }, causes.length === 1 ? "The cause" : "Causes, most likely first"),
    causes.length === 0 && el("p", {}, "No cause explains the findings."),
    el("ol", { class: "causes" }, causes.map(causeItem)),
    causes.length > 0 &&
      unexplained.length > 0 &&
      el("p", {}, `${unexplained.length} of the paths that broke their claims are explained by no cause.`),
    confirmations.length > 0 && askedOnTop(confirmations),
  );
}

function causeItem(cause: Cause, index: number): Markup {
  const { text, confidence, evidence, notToldFrom, explains, contradicts } = cause;
  return el(
    "li",
    { id: `cause-${index + 1}`, class: "whole" },
    el("p", { class: "cause" }, text),
    fields([
      ["confidence", confidence],
      ["explains", `${explains.length} ${explains.length === 1 ? "path" : "paths"}`],
      ["evidence", lines([...new Set(evidence)])],
      [
        "against it",
        contradicts.length > 0 && `${contradicts.length} paths passed that should not have, if it were so`,
      ],
      ["cannot tell from", lines(notToldFrom)],
      ["try", command(cause.try)],
    ]),
  );
}

function askedOnTop(confirmations: Diagnosis["confirmations"]): Content {
  const bySight = Map.groupBy(confirmations, ({ saw }) => saw);
  return el(
    "details",
    {},
    el("summary", {}, `Asked on top, to tell causes apart: ${confirmations.length}`),
    el(
      "ul",
      {},
      [...bySight].map(([saw, all]) =>
        el("li", {}, lines(all.map(({ asked }) => asked)), el("div", {}, el("b", {}, "saw "), saw)),
      ),
    ),
  );
}

function lines(texts: string[]): Content {
  return texts.map((text) => el("div", {}, text));
}
