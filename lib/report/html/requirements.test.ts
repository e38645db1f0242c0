import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ingressExamples } from "./ingress-examples.ts";
import { requirements } from "./requirements.ts";

const suites = new URL("../../../suites/", import.meta.url);

test("the requirements are those of the table of the suites", () => {
  const rows = readFileSync(new URL("README.md", suites), "utf8").matchAll(/^\| ([A-Z]\d) +\| (.*?) +\|/gm);
  expect(requirements).toEqual(Object.fromEntries([...rows].map(([, id, text]) => [id, text])));
});

test("every example of the Ingress specification is tried by requests that the suite makes", () => {
  const suite = readFileSync(new URL("ingress-paths.suite.ts", suites), "utf8");
  expect(ingressExamples).toHaveLength(21);
  for (const { scenario, host, path } of ingressExamples.flatMap(({ tried }) => tried)) {
    const [, rest = ""] = suite.split(`scenario("${scenario}"`);
    const [text = ""] = rest.split("\nscenario(");
    const atHost = text.split(`"${host}"`).slice(1).join();
    expect(atHost, `${scenario} ${host}${path}`).toContain(`"${path}"`);
  }
});
