import { describe, expect, test } from "vitest";
import { ApiError } from "../../model.ts";
import type { KubeObject } from "../../model.ts";
import { createStore } from "../store.ts";

const ingresses = "ingresses.networking.k8s.io";
const classes = "ingressclasses.networking.k8s.io";

function newStore() {
  let second = 0;
  return createStore({ serviceCidr: "10.1.0.0/16", now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, second++)) });
}

const backend = { service: { name: "web", port: { number: 80 } } };
const path = (more: object) => ({ path: "/", pathType: "Prefix", backend, ...more });
const withPath = (more: object) => ({ rules: [{ http: { paths: [path(more)] } }] });
const ingress = (name: string, spec: object, annotations?: Record<string, string>): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name, namespace: "default", ...(annotations && { annotations }) },
  spec,
});
const ingressClass = (name: string, isDefault: string, spec: object = { controller: "example.com/c" }): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name, annotations: { "ingressclass.kubernetes.io/is-default-class": isDefault } },
  spec,
});

const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof ApiError) return error.message.replace(/^.* is invalid: /, "");
    throw error;
  }
  return "nothing was refused";
};

test("a new Ingress looks as recorded", () => {
  const created = newStore().create(ingresses, ingress("i", withPath({})));
  expect(created).toMatchObject({ metadata: { generation: 1 }, status: { loadBalancer: {} } });
  expect(created["spec"]).toEqual(withPath({}));
});

test("an address in the status leaves spec and generation as they are", () => {
  const store = newStore();
  const created = store.create(ingresses, ingress("i", withPath({})));
  const status = { loadBalancer: { ingress: [{ ip: "172.19.255.2" }] } };
  const updated = store.update(ingresses, { ...created, spec: {}, status }, "status");
  expect(updated).toMatchObject({ spec: withPath({}), status, metadata: { generation: 1 } });
});

describe("refuses", () => {
  test.for([
    [{}, "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"],
    [{ rules: [{ http: { paths: [] } }] }, "spec.rules[0].http.paths: Required value"],
    [
      withPath({ pathType: undefined }),
      "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified",
    ],
    [
      withPath({ pathType: "Regex" }),
      'spec.rules[0].http.paths[0].pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"',
    ],
    [withPath({ path: "foo" }), 'spec.rules[0].http.paths[0].path: Invalid value: "foo": must be an absolute path'],
    [withPath({ path: "/a//b" }), "spec.rules[0].http.paths[0].path: Invalid value: \"/a//b\": must not contain '//'"],
    [withPath({ path: "/a/.." }), "spec.rules[0].http.paths[0].path: Invalid value: \"/a/..\": cannot end with '/..'"],
    [
      withPath({ backend: undefined }),
      "spec.rules[0].http.paths[0].backend: Required value: must specify either a service or a resource backend",
    ],
    [
      { defaultBackend: { service: { name: "web" } } },
      "spec.defaultBackend: Required value: port name or number is required",
    ],
    [
      { defaultBackend: { service: { name: "web", port: { number: 70_000 } } } },
      "spec.defaultBackend.service.port.number: Invalid value: 70000: must be between 1 and 65535, inclusive",
    ],
    [
      { defaultBackend: { service: { name: "web", port: { number: 80, name: "http" } } } },
      'spec.defaultBackend: Invalid value: "": cannot set both port name & port number',
    ],
    [
      { rules: [{ host: "10.0.0.1" }] },
      'spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
    ],
  ] as const)("%j", ([spec, message]) => {
    expect(messageOf(() => newStore().create(ingresses, ingress("i", spec)))).toBe(message);
  });

  test.for(["*", "*foo.com", "a.*.com", "*.", "Foo.com"])("the host %s", (host) => {
    expect(messageOf(() => newStore().create(ingresses, ingress("i", { rules: [{ host }] })))).toContain(
      `spec.rules[0].host: Invalid value: ${JSON.stringify(host)}`,
    );
  });

  test("an annotation beside the class field", () => {
    const both = ingress(
      "i",
      { ...withPath({}), ingressClassName: "nginx" },
      { "kubernetes.io/ingress.class": "nginx" },
    );
    expect(messageOf(() => newStore().create(ingresses, both))).toBe(
      'annotations.kubernetes.io/ingress.class: Invalid value: "nginx": can not be set when the class field is also set',
    );
  });

  test("an IngressClass whose controller is no path below a domain, or changes", () => {
    const store = newStore();
    expect(messageOf(() => store.create(classes, ingressClass("c", "false", { controller: "nginx" })))).toContain(
      "spec.controller: Invalid value",
    );
    const created = store.create(classes, ingressClass("c", "false"));
    expect(messageOf(() => store.update(classes, { ...created, spec: { controller: "example.com/other" } }))).toBe(
      'spec.controller: Invalid value: "example.com/other": field is immutable',
    );
  });
});

test.for(["*.foo.com", "foo.com", "a-b.c"])("takes the host %s", (host) => {
  expect(newStore().create(ingresses, ingress("i", { rules: [{ host }] }))["spec"].rules).toEqual([{ host }]);
});

test("takes an empty path and a resource as a backend where the specification does", () => {
  const resource = { apiGroup: "k8s.example.com", kind: "StorageBucket", name: "static" };
  const spec = withPath({ path: "", pathType: "ImplementationSpecific", backend: { resource } });
  expect(newStore().create(ingresses, ingress("i", spec))["spec"]).toEqual(spec);
});

describe("the default class", () => {
  const classOf = (store: ReturnType<typeof newStore>, object: KubeObject): unknown =>
    store.create(ingresses, object)["spec"].ingressClassName;

  test("is given to an Ingress that names none", () => {
    const store = newStore();
    store.create(classes, ingressClass("plain", "false"));
    expect(classOf(store, ingress("before", withPath({})))).toBeUndefined();
    store.create(classes, ingressClass("usual", "true"));
    expect(classOf(store, ingress("after", withPath({})))).toBe("usual");
    expect(classOf(store, ingress("named", { ...withPath({}), ingressClassName: "plain" }))).toBe("plain");
    expect(classOf(store, ingress("old", withPath({}), { "kubernetes.io/ingress.class": "nginx" }))).toBeUndefined();
    expect(store.get(ingresses, "before", "default")!["spec"].ingressClassName).toBeUndefined();
  });

  test("is the newest of several", () => {
    const store = newStore();
    for (const name of ["second", "first"]) store.create(classes, ingressClass(name, "true"));
    expect(classOf(store, ingress("i", withPath({})))).toBe("first");
  });
});

test("an IngressClass's parameters are of the cluster unless it says otherwise", () => {
  const parameters = { kind: "IngressParameters", name: "p" };
  const created = newStore().create(classes, ingressClass("c", "false", { controller: "example.com/c", parameters }));
  expect(created["spec"].parameters).toEqual({ ...parameters, scope: "Cluster" });
});
