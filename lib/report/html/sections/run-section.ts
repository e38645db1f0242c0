import type { ClusterFacts, Results } from "../../path-result.ts";
import { command, fields } from "../fields.ts";
import { el, type Markup } from "../markup.ts";

/** How the run was made, and what its clusters are and lack. */
export function runSection({ run, versions, clusters }: Results): Markup {
  return el(
    "section",
    { id: "run", "aria-labelledby": "run-title" },
    el("h2", { id: "run-title" }, "The run"),
    fields([
      ["options", command(run.command.join(" ") || "none")],
      ["namespace", el("code", {}, run.namespace)],
      ["versions", `meshgate ${versions.meshgate}, Node.js ${versions.node}, agents ${versions.agentImage}`],
    ]),
    clusters.map(clusterFacts),
  );
}

function clusterFacts({ context, version, server, nodes, features }: ClusterFacts): Markup {
  const lacking = Object.entries(features).flatMap(([feature, reason]) =>
    reason === null ? [] : [{ feature, reason }],
  );
  const there = Object.entries(features).flatMap(([feature, reason]) => (reason === null ? [feature] : []));
  return el(
    "details",
    {},
    el(
      "summary",
      {},
      `${context}: Kubernetes ${version}, ${nodes.filter(({ chosen }) => chosen).length} of ${nodes.length} nodes tested`,
    ),
    fields([
      ["server", el("code", {}, server)],
      ["nodes", nodes.map(({ name, address, zone }) => [name, address, zone].filter(Boolean).join(" ")).join(", ")],
      ["has", there.join(", ")],
      ["lacks", lacking.map(({ feature, reason }) => el("div", {}, `${feature}: ${reason}`))],
    ]),
  );
}
