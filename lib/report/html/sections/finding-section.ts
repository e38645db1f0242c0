import { explainedBy, type Explained } from "../../explained.ts";
import { describeEndpoint, standIns } from "../../finding.ts";
import type { Evidence, PathResult, Results, ScenarioFacts } from "../../path-result.ts";
import { arrangeFindings, type FindingGroup, type FindingKind } from "../arranged-findings.ts";
import { evidenceOf } from "../evidence-of.ts";
import { command, fields } from "../fields.ts";
import { type Content, el, joined, type Markup } from "../markup.ts";
import type { PathLists } from "../path-lists.ts";
import { isWebLink, reportLink } from "../report-link.ts";
import { mark } from "../sight.ts";
import { webLink } from "../web-link.ts";

/** Kinds of findings that are shown by examples, in all; what goes beyond is named and counted. */
const mostByExample = 20;
const mostKinds = 150;
const mostFiles = 8;

/** All findings, alike ones together under the cause that explains them. Undefined where there are none. */
export function findingSection(results: Results, lists: PathLists): Markup | undefined {
  const explained = explainedBy(results.diagnosis);
  const groups = arrangeFindings(results.paths, explained);
  if (groups.length === 0) return undefined;
  const evidence = evidenceOf(results.evidence ?? []);
  const scenarios = new Map((results.scenarios ?? []).map((facts) => [facts.name, facts]));
  let shown = 0;
  return el(
    "section",
    { id: "findings", "aria-labelledby": "findings-title" },
    el(
      "h2",
      { id: "findings-title" },
      `Findings: ${results.summary.failed} broken ${results.summary.failed === 1 ? "claim" : "claims"}`,
    ),
    groups.map(groupOf),
  );

  function groupOf({ cause, kinds }: FindingGroup): Content {
    const whole = kinds.slice(0, Math.max(0, Math.min(cause === undefined ? kinds.length : 2, mostByExample - shown)));
    shown += whole.length;
    const title =
      cause === undefined
        ? groups.length > 1
          ? "Explained by no single cause"
          : undefined
        : ["Explained by ", el("a", { href: `#cause-${cause}` }, `cause ${cause}`)];
    return [
      title !== undefined && el("h3", {}, title),
      whole.map((kind) => kindOf(kind, cause)),
      brief(kinds.slice(whole.length)),
    ];
  }

  function kindOf(kind: FindingKind, cause: number | undefined): Content {
    const most = cause === undefined && groups.length === 1 ? 3 : 1;
    const rest = kind.slice(most);
    return [
      kind
        .slice(0, most)
        .map((path) => finding(path, explained(path.id), evidence(path.id), scenarios.get(path.scenario))),
      rest.length > 0 && [
        el("p", { class: "more static" }, `and ${rest.length} more like this: see results.json`),
        lists.button(rest, `and ${rest.length} more like this`),
      ],
    ];
  }

  function brief(kinds: FindingKind[]): Content {
    if (kinds.length === 0) return undefined;
    const rest = kinds.slice(mostKinds).flat();
    return el(
      "ul",
      { class: "brief" },
      kinds.slice(0, mostKinds).map((kind) => {
        const [{ scenario, group, outcome }] = kind;
        const how = outcome === "answered" ? "answered, not as promised" : outcome;
        const paths = `${kind.length} ${kind.length === 1 ? "path" : "paths"}`;
        return el("li", {}, mark("failed", paths), ` ${scenario}  ${group}: ${how}`, lists.button(kind, "show them"));
      }),
      rest.length > 0 &&
        el("li", {}, `and ${rest.length} paths of other scenarios and clusters`, lists.button(rest, "show them")),
    );
  }
}

function finding(
  path: PathResult,
  explained: Explained,
  evidence: Evidence[],
  facts: ScenarioFacts | undefined,
): Markup {
  const { scenario, from, to, protocol, claim, vantage, expected, saw, flap, control, means, way, id } = path;
  return el(
    "article",
    { class: "finding whole" },
    el("h4", {}, mark("failed", "broken claim"), " ", el("span", { class: "piece" }, scenario)),
    fields([
      ["from", describeEndpoint(from)],
      ["to", `${describeEndpoint(to)} ${protocol}`],
      ["outside", vantage && standIns[vantage]],
      ["claim", [claim, facts && isWebLink(facts.spec) && [" (", webLink(facts.spec, "specification"), ")"]]],
      ["expected", expected],
      ["saw", el("b", {}, saw)],
      ["flap", flap && "it answered as expected first, and not afterwards"],
      ["control", control],
      ["means", means],
      ["rung", way?.rung === "pod" ? undefined : explained.rung],
      // Where one alone explains it, the heading above says so.
      ["cause", explained.only === undefined && causeLinks(explained)],
      ["try", command(path.try)],
      ["evidence", evidence.map(files)],
      ["id", el("code", {}, id)],
    ]),
  );
}

function causeLinks({ causes }: Explained): Content {
  return joined(
    causes.map((cause) => el("a", { href: `#cause-${cause}` }, String(cause))),
    ", ",
  );
}

function files({ folder, files: all }: Evidence): Markup {
  const links = all
    .slice(0, mostFiles)
    .map(({ name, about }) => el("a", { href: reportLink(folder, name), title: about }, name));
  return el(
    "div",
    {},
    joined(links, ", "),
    all.length > mostFiles && ` and ${all.length - mostFiles} more in `,
    all.length > mostFiles && el("a", { href: reportLink(folder) }, folder),
  );
}
