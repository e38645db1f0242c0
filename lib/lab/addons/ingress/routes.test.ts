import { describe, expect, test } from "vitest";
import type { ApiObject } from "../api-object.ts";
import { decide, type Decision } from "./decide.ts";
import { ownIngresses } from "./own-ingresses.ts";
import { buildRoutes } from "./routes.ts";
import { testIngress } from "./test-ingress.ts";

const nginx: ApiObject = { metadata: { name: "nginx" }, spec: { controller: "k8s.io/ingress-nginx" } };
const other: ApiObject = { metadata: { name: "other" }, spec: { controller: "example.com/other" } };

function decideBy(ingresses: ApiObject[], url: string, target?: string): Decision {
  const { protocol, host, pathname, search } = new URL(url);
  const table = buildRoutes(ownIngresses(ingresses, [nginx, other]));
  return decide(table, { host, target: target ?? `${pathname}${search}`, isTls: protocol === "https:" });
}

/** The name of the Service, else the status or the new location. */
function answer(ingresses: ApiObject[], url: string): string | number {
  const decision = decideBy(ingresses, url);
  if (decision.action === "forward") return decision.backend.service;
  return decision.action === "refuse" ? decision.status : decision.location;
}

const all = { "Prefix /": "all" };

// The table in the documentation: https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
describe("wildcards of the documentation", () => {
  test.for([
    ["*.foo.com", "bar.foo.com", true],
    ["*.foo.com", "baz.bar.foo.com", false],
    ["*.foo.com", "foo.com", false],
  ] as const)("%s, asked for %s: %s", ([host, asked, matches]) => {
    expect(answer([testIngress("i", { rules: [[host, all]] })], `http://${asked}/`)).toBe(matches ? "all" : 404);
  });
});

describe("hosts", () => {
  const three = [
    testIngress("any", { rules: [["", { "Prefix /": "any" }]] }),
    testIngress("wild", { rules: [["*.foo.com", { "Prefix /": "wild" }]] }),
    testIngress("exact", { rules: [["bar.foo.com", { "Prefix /only": "exact" }]] }),
  ];

  test.for([
    ["http://bar.foo.com/only", "exact"],
    ["http://BAR.foo.com:8080/only", "exact"],
    ["http://bar.foo.com./only", "exact"],
    ["http://bar.foo.com/else", 404],
    ["http://baz.foo.com/only", "wild"],
    ["http://foo.com/", "any"],
    ["http://10.0.0.1/", "any"],
  ] as const)("%s goes to %s: the most specific host alone decides", ([url, expected]) => {
    expect(answer(three, url)).toBe(expected);
    expect(answer(three.toReversed(), url)).toBe(expected);
  });

  test("a request without a host, and one to a whole URL, find theirs", () => {
    const table = buildRoutes(ownIngresses(three, [nginx]));
    expect(decide(table, { host: undefined, target: "/", isTls: false })).toMatchObject({
      backend: { service: "any" },
    });
    const whole = { host: "foo.com", target: "http://bar.foo.com/only", isTls: false };
    expect(decide(table, whole)).toMatchObject({ backend: { service: "exact" } });
  });

  test.for(["a b", "a/b", "<x>"])("the host %j is refused", (host) => {
    expect(decide(buildRoutes([]), { host, target: "/", isTls: false })).toMatchObject({ status: 400 });
  });
});

test("a target that leads above the root is refused", () => {
  expect(decideBy([], "http://foo.com/", "/../x")).toMatchObject({ action: "refuse", status: 400 });
});

describe("several Ingresses", () => {
  const older = testIngress("older", { age: 1, rules: [["foo.com", { "Prefix /same": "older" }]] });
  const newer = testIngress("newer", {
    age: 2,
    rules: [["foo.com", { "Prefix /same": "newer", "Prefix /own": "newer" }]],
  });

  test("the older one keeps what both claim, the newer one adds what is its own", () => {
    for (const order of [
      [older, newer],
      [newer, older],
    ]) {
      expect(answer(order, "http://foo.com/same")).toBe("older");
      expect(answer(order, "http://foo.com/own")).toBe("newer");
    }
    expect(answer([newer], "http://foo.com/same")).toBe("newer");
  });

  test("of two from the same second the name decides, whatever the order", () => {
    const [a, b] = ["a", "b"].map((name) => testIngress(name, { rules: [["foo.com", { "Prefix /": name }]] }));
    expect(answer([a!, b!], "http://foo.com/")).toBe("b");
    expect(answer([b!, a!], "http://foo.com/")).toBe("b");
  });
});

describe("default backends", () => {
  const catchAll = testIngress("catch-all", { defaultBackend: "rest" });
  const both = testIngress("both", {
    defaultBackend: "own-rest",
    rules: [["foo.com", { "Prefix /a": "a" }], ["bar.com"]],
  });

  test.for([
    ["http://foo.com/a", "a"],
    ["http://foo.com/b", "own-rest"],
    ["http://bar.com/a", "own-rest"],
    ["http://else.com/a", "rest"],
  ] as const)("%s goes to %s", ([url, expected]) => {
    expect(answer([catchAll, both], url)).toBe(expected);
  });

  test("without any of them the answer is 404", () => {
    expect(answer([], "http://foo.com/")).toBe(404);
    expect(answer([both], "http://else.com/")).toBe(404);
  });

  test("one beside rules for all hosts gets the paths that they leave", () => {
    const one = testIngress("one", { defaultBackend: "rest", rules: [["", { "Exact /a": "a" }]] });
    expect([answer([one], "http://x.com/a"), answer([one], "http://x.com/b")]).toEqual(["a", "rest"]);
  });
});

describe("classes", () => {
  const of = (className: string, annotations = {}) => testIngress("i", { className, annotations, rules: [["", all]] });

  test("an Ingress of another controller's class, or of none that is there, is not served", () => {
    expect(answer([of("nginx")], "http://x.com/")).toBe("all");
    expect(answer([of("other")], "http://x.com/")).toBe(404);
    expect(answer([of("gone")], "http://x.com/")).toBe(404);
  });

  test.for([
    ["nginx", "all"],
    ["other", 404],
    [undefined, 404],
  ] as const)("without a class the annotation %s decides", ([value, expected]) => {
    const ingress = of("", value === undefined ? {} : { "kubernetes.io/ingress.class": value });
    delete ingress["spec"].ingressClassName;
    expect(answer([ingress], "http://x.com/")).toBe(expected);
  });
});

test("a path to a resource that is no Service is left out", () => {
  const ingress = testIngress("i", { rules: [["", all]] });
  ingress["spec"].rules[0].http.paths.push({
    path: "/r",
    pathType: "Prefix",
    backend: { resource: { kind: "Bucket" } },
  });
  expect(answer([ingress], "http://x.com/r")).toBe("all");
});

describe("redirects to TLS", () => {
  const tls = [{ hosts: ["foo.com"], secretName: "foo" }];
  const rules: [string, Record<string, string>][] = [["foo.com", all]];
  const annotated = (name: string, value: string) => ({ [`nginx.ingress.kubernetes.io/${name}`]: value });

  test("a host with TLS moves there, port and all but its path and query lost", () => {
    const ingress = testIngress("i", { tls, rules });
    expect(answer([ingress], "http://foo.com:8080/a?b=c")).toBe("https://foo.com/a?b=c");
    expect(answer([ingress], "https://foo.com/a?b=c")).toBe("all");
    expect(decideBy([ingress], "https://foo.com/")).toMatchObject({ hasTls: true });
  });

  test("a host without TLS stays", () => {
    expect(answer([testIngress("i", { rules })], "http://foo.com/")).toBe("all");
    expect(decideBy([testIngress("i", { rules })], "https://foo.com/")).toMatchObject({ hasTls: false });
  });

  test("annotations decline it, path by path of their Ingress, and force it", () => {
    const stays = testIngress("stays", { tls, rules, annotations: annotated("ssl-redirect", "false") });
    const moves = testIngress("moves", { tls, rules: [["foo.com", { "Prefix /moves": "moves" }]] });
    expect(answer([stays, moves], "http://foo.com/")).toBe("all");
    expect(answer([stays, moves], "http://foo.com/moves")).toBe("https://foo.com/moves");
    const forced = testIngress("i", { rules, annotations: annotated("force-ssl-redirect", "true") });
    expect(answer([forced], "http://foo.com/")).toBe("https://foo.com/");
  });
});
