import { expect, test } from "vitest";
import { loadCatalogue } from "../scenario/catalogue.ts";
import { listText } from "./list.ts";

test("a scenario is listed with its claim and what it needs", async () => {
  const { scenarios } = await loadCatalogue(["environment"]);
  expect(listText(scenarios)).toMatchInlineSnapshot(`
    "environment/service-variables
      claim   a pod that starts after a Service finds its address and ports in its environment; one that started before does not
      covers  K4
      needs   nothing special
      spec    https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables

    1 scenario"
  `);
});

test("needs are named", async () => {
  const { scenarios } = await loadCatalogue([]);
  const text = listText(scenarios);
  expect(text).toMatch(/^pod-to-pod\/across-clusters\n  claim   .*\n  covers  N1, N3, C5\n  needs   multi-cluster\n/m);
  expect(text.split("\n").at(-1)).toBe(`${scenarios.length} scenarios`);
});
