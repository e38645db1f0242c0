import { expect, test } from "vitest";
import type { PathResult, Results, Way } from "../path-result.ts";
import { samplePath } from "../sample-run.ts";
import { renderMarkup } from "./render-markup.ts";
import { coverageSection } from "./sections/coverage-section.ts";
import { madeUpResults } from "./test-results.ts";

const spec = "https://kubernetes.io/docs/concepts/services-networking/ingress/#examples";
const scenarios = ["ingress-paths/exact", "ingress-paths/prefix", "services/namespaces"].map((name) => ({
  name,
  suite: name.split("/")[0] ?? "",
  claim: "it holds",
  spec,
  covers: name.startsWith("ingress") ? ["I1", "X9"] : ["K2"],
}));

function asked(scenario: string, host: string, urlPath: string, more: Partial<PathResult> = {}): PathResult {
  const way: Way = { rung: "ingress", denial: false, backends: [], eachBackend: false, urlPath };
  return samplePath({
    id: `${scenario}/${host}${urlPath}`,
    scenario,
    suite: "ingress-paths",
    way: { ...way, host: `${host}.my-online-store.example` },
    ...more,
  });
}

test("a row is passed only when all of it was looked at, and never when it was not", () => {
  const paths = [
    asked("ingress-paths/exact", "exact", "/foo"),
    asked("ingress-paths/exact", "exact", "/baz", { verdict: "failed" }),
    asked("ingress-paths/exact", "exact", "/foo/", { verdict: "broken", reason: "the agent ended" }),
    asked("ingress-paths/prefix", "shop", "/wear"),
    asked("ingress-paths/prefix", "other-shop", "/wear/"),
  ];
  const rows = rowsOf({ ...madeUpResults({ clusters: 1, nodes: 1, paths: 0 }), scenarios, paths });
  expect(rows.filter((row) => /^(I1|K1|K2|X9|Exact|Prefix \/foo)/.test(row))).toMatchInlineSnapshot(`
    [
      "K1 pods, ReplicaSets and Deployments heal themselves, and roll out without a lost request · not looked at",
      "K2 namespaces keep equal names apart · not looked at · services/namespaces (no path)",
      "I1 Ingress routes by path ✗ broken claims 1 failed, 1 broken, 3 passed ✗ ingress-paths/exact (1 failed, 1 broken, 1 passed) , ✓ ingress-paths/prefix (2 passed)",
      "X9 not in the table ✗ broken claims 1 failed, 1 broken, 3 passed ✗ ingress-paths/exact (1 failed, 1 broken, 1 passed) , ✓ ingress-paths/prefix (2 passed)",
      "Exact /foo /foo yes ✓ passed 1 passed exact/foo",
      "Exact /foo /bar no ✗ broken claims 1 failed exact/baz",
      "Exact /foo /foo/ no ! broken 1 broken exact/foo/",
      "Exact /foo/ /foo no · not looked at exact/bar",
      "Prefix /foo /foo, /foo/ yes ✓ passed in part 1 passed shop/wear , shop/wear/",
      "Prefix /foo/ /foo, /foo/ yes · not looked at slash/foo , slash/foo/",
      "Prefix /foo, Exact /foo /foo yes, prefers Exact · not looked at mixed/foo",
    ]
  `);
});

test("a scenario that was skipped leaves its rows skipped", () => {
  const skipped = samplePath({
    id: "ingress-paths/exact/a",
    scenario: "ingress-paths/exact",
    suite: "ingress-paths",
    verdict: "skipped",
    reason: "it has no IngressClass",
  });
  const rows = rowsOf({ ...madeUpResults({ clusters: 1, nodes: 1, paths: 0 }), scenarios, paths: [skipped] });
  expect(rows.filter((row) => row.startsWith("Exact /foo /foo "))).toEqual([
    "Exact /foo /foo yes – skipped 1 skipped exact/foo",
  ]);
});

function rowsOf(results: Results): string[] {
  return [...renderMarkup(coverageSection(results)).matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = ""]) =>
    row
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " ")
      .trim(),
  );
}
