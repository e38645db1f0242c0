import { expect, test } from "vitest";
import { decideWith } from "../../addons/ingress/quirk.ts";
import { publishedAddresses } from "../../addons/ingress/published-addresses.ts";
import { buildRoutes } from "../../addons/ingress/routes.ts";
import { testIngress } from "../../addons/ingress/test-ingress.ts";
import type { KubeObject } from "../../model.ts";
import { lookedAt } from "./test-look.ts";
import { views } from "./views.ts";

const ingresses = [
  testIngress("shop", {
    rules: [
      ["shop.example", { "Prefix /wear": "wear", "Prefix /watch": "watch" }],
      ["long.example", { "Prefix /": "root", "Prefix /aaa": "short", "Prefix /aaa/bbb": "long" }],
      ["mixed.example", { "Prefix /foo": "prefix", "Exact /foo": "exact", "Exact /bar": "bar" }],
      ["*.wild.example", { "Prefix /": "wild" }],
    ],
  }),
  testIngress("default", { defaultBackend: "fallback", rules: [["default.example", { "Prefix /wear": "wear" }]] }),
  testIngress("secure", {
    tls: [
      { hosts: ["one.example"], secretName: "one" },
      { hosts: ["two.example"], secretName: "two" },
    ],
    rules: [
      ["one.example", { "Prefix /": "one" }],
      ["two.example", { "Prefix /": "two" }],
    ],
  }),
] as KubeObject[];

/** The Service that a request is led to, or what else becomes of it. */
function leads(view: string, url: string): string | number {
  const { protocol, host, pathname } = new URL(url);
  const table = buildRoutes([...lookedAt(view, "ingresses.networking.k8s.io", ingresses)]);
  const quirk = views.find(({ name }) => name === view)?.manner?.quirk;
  const decision = decideWith(quirk, table, { host, target: pathname, isTls: protocol === "https:" });
  if (decision.action === "forward") return decision.backend.service;
  return decision.action === "refuse" ? decision.status : decision.location;
}

test.each<[view: string, url: string, without: string | number, within: string | number]>([
  ["paths-swapped", "http://shop.example/wear", "wear", "watch"],
  ["paths-swapped", "http://any.wild.example/", "wild", "wild"],
  ["prefix-as-string", "http://shop.example/wear-x", 404, "wear"],
  ["prefix-as-string", "http://shop.example/wear", "wear", "wear"],
  ["exact-as-prefix", "http://mixed.example/bar/x", 404, "bar"],
  ["shortest-first", "http://long.example/aaa/bbb", "long", "root"],
  ["shortest-first", "http://shop.example/watch", "watch", "watch"],
  ["prefix-before-exact", "http://mixed.example/foo", "exact", "prefix"],
  ["prefix-before-exact", "http://mixed.example/bar", "bar", "bar"],
  ["any-case", "http://shop.example/WEAR", 404, "wear"],
  ["no-default-backend", "http://default.example/shoes", "fallback", 404],
  ["host-ignored", "http://nobody.example/wear", 404, "wear"],
  ["no-wildcards", "http://any.wild.example/", "wild", 404],
  ["wildcard-spans-labels", "http://old.any.wild.example/", 404, "wild"],
  ["wildcard-spans-labels", "http://www.shop.example/wear", 404, 404],
  ["wildcard-spans-labels", "http://any.wild.example/", "wild", "wild"],
  ["forced-to-tls", "http://shop.example/wear", "wear", "https://shop.example/wear"],
  ["redirect-loops", "https://one.example/a", "one", "https://one.example/a"],
  ["redirect-loops", "https://shop.example/wear", "wear", "wear"],
  ["redirect-loses-path", "http://one.example/a", "https://one.example/a", "https://one.example/"],
])("%s, asked for %s: %s becomes %s", (view, url, without, within) => {
  expect(leads("ingress.client-untold", url)).toBe(without);
  expect(leads(`ingress.${view}`, url)).toBe(within);
});

test("hosts have each other's Secret, and those without one still none", () => {
  const seen = lookedAt("ingress.other-certificate", "ingresses.networking.k8s.io", ingresses);
  expect(seen.map(({ spec }) => spec.tls.map((entry: { secretName?: string }) => entry.secretName))).toEqual([
    [],
    [],
    ["two", "one"],
  ]);
});

const services: KubeObject[] = ["ingress-nginx-controller", "shop"].map((name) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "ingress-nginx" },
  spec: { type: "LoadBalancer" },
  status: { loadBalancer: { ingress: [{ ip: "172.19.255.1" }] } },
}));

test.each([
  ["no-address", [], ["172.19.255.1"]],
  ["wrong-address", ["172.19.254.254"], ["172.19.255.1"]],
])("%s: the controller's Service has the addresses %s, others have %s", (view, controllers, others) => {
  const seen = lookedAt(`ingress.${view}`, "services", services);
  const addresses = (name: string) =>
    publishedAddresses(seen.find(({ metadata }) => metadata.name === name)).map((each) => "ip" in each && each.ip);
  expect(addresses("ingress-nginx-controller")).toEqual(controllers);
  expect(addresses("shop")).toEqual(others);
});
