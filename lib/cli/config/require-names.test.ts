import { expect, test } from "vitest";
import { parseConfiguration } from "./parse-configuration.ts";
import { requireNames } from "./require-names.ts";

const kubeconfig = ["kind-region-athens", "kind-region-hurup", "prod"];

test("names that the kubeconfig, the file or the command line know are good", () => {
  const text = `
contexts: [ kind-region-athens, { name: hurup, context: kind-region-hurup } ]
expectations:
  - { from: hurup, to: prod, expect: denied }
  - { from: kind-region-hurup, to: "*", expect: denied }
`;
  expect(refusal(text)).toBe("");
  expect(refusal("contexts: [ gone ]\nexpectations: [ { from: gone, to: prod, expect: denied } ]", ["prod"])).toBe("");
});

test("names that nobody knows, or that mean two clusters", () => {
  const text = `
contexts: [ kind-region-athen, { name: prod, context: kind-region-hurup }, { name: x, context: nowhere } ]
expectations:
  - { from: prdo, to: kind-region-athens, expect: denied }
  - { from: "*", to: somewhere-else, expect: denied }
`;
  expect(refusal(text)).toMatchInlineSnapshot(`
    "the configuration file has 5 problems
      c.yaml:2:13: there is no context kind-region-athen; did you mean kind-region-athens?
      c.yaml:2:40: prod is also the name of another context of the kubeconfig
      c.yaml:2:96: there is no context nowhere; there are kind-region-athens, kind-region-hurup, prod
      c.yaml:4:13: there is no context prdo; there are kind-region-athen, prod, kind-region-hurup, x, nowhere, kind-region-athens
      c.yaml:5:22: there is no context somewhere-else; there are kind-region-athen, prod, kind-region-hurup, x, nowhere, kind-region-athens"
  `);
  expect(refusal("contexts: [ a ]", [], [])).toContain("c.yaml:1:13: there is no context a; the kubeconfig has none");
});

function refusal(text: string, given: string[] = [], known = kubeconfig): string {
  try {
    requireNames(parseConfiguration(text, "c.yaml"), { given, kubeconfig: known });
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
