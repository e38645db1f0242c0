import { expect, test } from "vitest";
import type { Way } from "../../report/path-result.ts";
import { loadCatalogue } from "../catalogue.ts";
import type { Path } from "../path.ts";
import { plan } from "./plan.ts";
import { type Feature, features as allFeatures } from "../scenario.ts";
import { fullWorld } from "../test-full-world.ts";
import { wayOf } from "./way.ts";

const all = Object.fromEntries(allFeatures.map((feature) => [feature, null])) as Record<Feature, string | null>;

async function waysOf(run: string): Promise<{ scenario: string; path: Path; way: Way }[]> {
  const { world, byFamily } = fullWorld(run);
  const { scenarios } = await loadCatalogue([]);
  const { groups, empty } = plan(scenarios, world, new Map(world.clusters.map(({ name }) => [name, all])), byFamily);
  expect(empty).toEqual([]);
  return groups.flatMap(({ scenario, act, paths }) =>
    paths.map((asked) => ({ scenario: scenario.name, path: asked, way: wayOf(asked, act.name, asked.probe()) })),
  );
}

/** What the paths of a scenario go through, apart from who asks whom. */
function shape({ rung, family, port, bytes, denial, service, headless, backends, eachBackend, ...more }: Way): string {
  return [
    rung,
    ...(family === "IPv6" ? ["IPv6"] : []),
    ...(port === undefined ? [] : [`:${port}`]),
    ...(bytes === undefined ? [] : [`${bytes} B`]),
    ...(service === undefined ? [] : [`${service}${headless ? " (headless)" : ""}`]),
    ...(more.looksUp === undefined ? [] : [`name ${more.looksUp}`]),
    ...(more.dnsServer === undefined ? [] : ["one server"]),
    ...(more.entrance === undefined ? [] : ["at a node"]),
    ...(more.host === undefined ? [] : [`${more.host}${more.urlPath}`]),
    ...(backends.length === 0
      ? []
      : [`${eachBackend ? "each" : "one"} of ${[...new Set(backends.map(({ name }) => name))].join(", ")}`]),
    ...(denial ? ["silence"] : []),
  ].join(" ");
}

test("every path of every suite tells what it goes through", async () => {
  const found = await waysOf("meshgate-1");
  const byScenario = Map.groupBy(found, ({ scenario }) => scenario);
  const lines = [...byScenario].flatMap(([scenario, paths]) => [
    scenario,
    ...new Set(paths.map(({ way }) => `  ${shape(way)}`)),
  ]);
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("ways-of-suites.txt");
});

test("ways are the same from run to run, whatever namespaces, addresses and names of pods are", async () => {
  const [one, other] = [await waysOf("meshgate-1"), await waysOf("meshgate-second")];
  expect(other.map(({ way }) => way)).toEqual(one.map(({ way }) => way));
});

test("whoever is in a cluster tells its node, and so does the pod that is asked, and the node", async () => {
  for (const { path: asked, way } of await waysOf("meshgate-1")) {
    const { from, to } = asked;
    expect(way.fromNode).toBe(from.kind === "pod" ? (from.node ?? "worker2") : undefined);
    expect(way.toNode).toBe(to.kind === "pod" && way.rung !== "dns" ? (to.node ?? "worker2") : undefined);
    const isOfNode = way.rung === "host" || way.rung === "node-port";
    expect(way.entrance?.cluster).toBe(isOfNode ? to.cluster : undefined);
  }
});

test("wherever pods of the run are promised to answer, they are named", async () => {
  for (const { path: asked, way } of await waysOf("meshgate-1")) {
    const { text } = asked.expect;
    const isPromisedByPod = /answers? (from (?!none|any pod of)|in even shares)/.test(text);
    expect({ text, isPromisedByPod: way.backends.length > 0 }).toEqual({ text, isPromisedByPod });
  }
});
