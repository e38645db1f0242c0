import { describe, expect, test } from "vitest";
import { ApiError } from "../model.ts";
import type { KubeObject, WatchEvent } from "../model.ts";
import { createStore } from "./store.ts";

const now = () => new Date("2026-11-21T01:26:53.123Z");
const newStore = () => {
  const store = createStore({ serviceCidr: "10.1.0.0/16", now });
  store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "facts" } });
  store.create("serviceaccounts", {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace: "facts" },
  });
  return store;
};
const configMap = (name: string, data: Record<string, string> = {}, metadata = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "facts", ...metadata },
  data,
});
const pod = (name: string, spec = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "facts", labels: { app: name } },
  spec: { containers: [{ name: "c", image: "agnhost:2.53" }], ...spec },
});
const refusal = (act: () => unknown): ApiError => {
  try {
    act();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("a new store", () => {
  test("holds the namespaces and the service that every cluster has", () => {
    const store = createStore({ serviceCidr: "10.1.0.0/16", apiEndpoint: { address: "172.19.0.2", port: 6443 } });
    expect(store.list("namespaces").map(({ metadata }) => metadata.name)).toEqual([
      "default",
      "kube-node-lease",
      "kube-public",
      "kube-system",
    ]);
    expect(store.get("services", "kubernetes", "default")?.["spec"].clusterIP).toBe("10.1.0.1");
    expect(store.get("endpointslices.discovery.k8s.io", "kubernetes", "default")?.["endpoints"][0].addresses).toEqual([
      "172.19.0.2",
    ]);
  });
});

describe("writing", () => {
  test("counts versions up and leaves unchanged content alone", () => {
    const store = newStore();
    const created = store.create("configmaps", configMap("a", { x: "1" }));
    expect(created.metadata).toMatchObject({ creationTimestamp: "2026-11-21T01:26:53Z", uid: expect.any(String) });
    const same = store.update("configmaps", structuredClone(created));
    expect(same.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
    const changed = store.update("configmaps", { ...structuredClone(created), data: { x: "2" } });
    expect(Number(changed.metadata.resourceVersion)).toBeGreaterThan(Number(created.metadata.resourceVersion));
  });

  test("refuses a stale version as recorded", () => {
    const store = newStore();
    const created = store.create("configmaps", configMap("a"));
    store.modify("configmaps", "a", "facts", (copy) => ({ ...copy, data: { x: "1" } }));
    const error = refusal(() => store.update("configmaps", { ...structuredClone(created), data: { x: "2" } }));
    expect(error).toMatchObject({
      code: 409,
      message:
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  test("refuses a second object of the same name", () => {
    const store = newStore();
    store.create("configmaps", configMap("a"));
    expect(refusal(() => store.create("configmaps", configMap("a")))).toMatchObject({
      code: 409,
      reason: "AlreadyExists",
      message: 'configmaps "a" already exists',
      details: { name: "a", kind: "configmaps" },
    });
  });

  test("keeps status and spec apart, and counts generations of the spec alone", () => {
    const store = newStore();
    const created = store.create("pods", pod("p"));
    expect(created["status"]).toEqual({ phase: "Pending", qosClass: "BestEffort" });
    const running = { ...structuredClone(created), status: { phase: "Running" } };
    expect(store.update("pods", running)["status"].phase).toBe("Pending");
    expect(store.update("pods", running, "status")["status"].phase).toBe("Running");
    expect(store.get("pods", "p", "facts")?.metadata.generation).toBe(1);
    store.modify("pods", "p", "facts", (copy) => {
      copy["spec"].nodeName = "worker";
      return copy;
    });
    expect(store.get("pods", "p", "facts")).toMatchObject({
      metadata: { generation: 2 },
      spec: { nodeName: "worker" },
      status: { phase: "Running" },
    });
  });

  test("hands out frozen objects", () => {
    const created = newStore().create("configmaps", configMap("a", { x: "1" }));
    expect(() => Object.assign(created["data"], { x: "2" })).toThrow(TypeError);
  });

  test("makes names from a prefix", () => {
    const store = newStore();
    const created = store.create("configmaps", configMap("", {}, { generateName: "a-" }));
    expect(created.metadata.name).toMatch(/^a-[a-z0-9]{5}$/);
  });

  test("does all but store when dry", () => {
    const store = newStore();
    const before = store.storage.revision();
    const dry = store.create("pods", pod("dry"), { dryRun: true });
    expect(dry.metadata.resourceVersion).toBeUndefined();
    expect(dry["spec"].serviceAccountName).toBe("default");
    expect(store.get("pods", "dry", "facts")).toBeUndefined();
    expect(store.storage.revision()).toBe(before);
  });
});

describe("watching", () => {
  test("replays what exists and tells each change in order, even when a listener writes", () => {
    const store = newStore();
    store.create("configmaps", configMap("a"));
    const seen: string[] = [];
    const line = ({ type, object }: WatchEvent) => seen.push(`${type} ${object.metadata.name}`);
    store.watch("configmaps", ({ type, object }) => {
      if (type === "ADDED" && object.metadata.name === "b") store.delete("configmaps", "b", "facts");
    });
    const stop = store.watch("configmaps", line, { replay: true });
    store.create("configmaps", configMap("b"));
    stop();
    store.create("configmaps", configMap("c"));
    expect(seen).toEqual(["ADDED a", "ADDED b", "DELETED b"]);
  });

  test("looks back as far as its history goes, and no further", () => {
    const store = createStore({ serviceCidr: "10.1.0.0/16", historyLength: 4 });
    const start = store.storage.revision();
    for (let index = 0; index < 20; index += 1) {
      store.create("configmaps", configMap(`c${index}`, {}, { namespace: "default" }));
    }
    expect(store.storage.since("configmaps", start)).toBeUndefined();
    const recent = store.storage.since("configmaps", store.storage.revision() - 3);
    expect(recent?.map(({ object }) => object.metadata.name)).toEqual(["c17", "c18", "c19"]);
    const then = store.storage.listAt("configmaps", store.storage.revision() - 2);
    expect(then?.map(({ metadata }) => metadata.name)).not.toContain("c18");
    expect(then?.map(({ metadata }) => metadata.name)).toContain("c17");
  });
});

describe("deleting", () => {
  test("waits for finalizers", () => {
    const store = newStore();
    store.create("configmaps", configMap("a", {}, { finalizers: ["example.org/hold"] }));
    expect(store.delete("configmaps", "a", "facts")?.metadata.deletionTimestamp).toBe("2026-11-21T01:26:53Z");
    const held = store.get("configmaps", "a", "facts")!;
    const error = refusal(() =>
      store.modify("configmaps", "a", "facts", (copy) => {
        copy.metadata.finalizers = ["example.org/hold", "example.org/more"];
        return copy;
      }),
    );
    expect(error.message).toContain('found new finalizers []string{"example.org/more"}');
    store.update("configmaps", { ...held, metadata: { ...held.metadata, finalizers: [] } });
    expect(store.get("configmaps", "a", "facts")).toBeUndefined();
  });

  test("gives a bound pod its grace period, and an unbound one none", () => {
    const store = newStore();
    store.create("pods", pod("free"));
    store.delete("pods", "free", "facts");
    expect(store.get("pods", "free", "facts")).toBeUndefined();
    store.create("pods", pod("bound", { nodeName: "worker" }));
    expect(store.delete("pods", "bound", "facts")?.metadata).toMatchObject({
      deletionTimestamp: "2026-11-21T01:27:23Z",
      deletionGracePeriodSeconds: 30,
      generation: 2,
    });
    const marked = store.get("pods", "bound", "facts")!;
    expect(store.delete("pods", "bound", "facts")).toBe(marked);
    expect(store.delete("pods", "bound", "facts", { gracePeriodSeconds: 0 })?.metadata.name).toBe("bound");
    expect(store.get("pods", "bound", "facts")).toBeUndefined();
  });

  test("keeps a namespace until its finalizer goes, and lets nothing new in", () => {
    const store = newStore();
    expect(store.delete("namespaces", "facts")).toMatchObject({
      metadata: { deletionTimestamp: "2026-11-21T01:26:53Z" },
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Terminating" },
    });
    expect(refusal(() => store.create("configmaps", configMap("late")))).toMatchObject({
      code: 403,
      message:
        'configmaps "late" is forbidden: unable to create new content in namespace facts because it is being terminated',
      details: {
        name: "late",
        kind: "configmaps",
        causes: [
          {
            reason: "NamespaceTerminating",
            message: "namespace facts is being terminated",
            field: "metadata.namespace",
          },
        ],
      },
    });
    store.modify("namespaces", "facts", undefined, (copy) => ({ ...copy, spec: { finalizers: [] } }));
    expect(store.get("namespaces", "facts")).toBeUndefined();
  });

  test("never takes the namespaces that a cluster cannot do without", () => {
    const error = refusal(() => newStore().delete("namespaces", "kube-system"));
    expect(error.message).toBe('namespaces "kube-system" is forbidden: this namespace may not be deleted');
  });

  test("heeds the UID that the caller means", () => {
    const store = newStore();
    store.create("configmaps", configMap("a"));
    expect(refusal(() => store.delete("configmaps", "a", "facts", { uid: "other" }))).toMatchObject({ code: 409 });
    expect(store.get("configmaps", "a", "facts")).toBeDefined();
  });
});

describe("listing", () => {
  test("selects by namespace, labels and fields, in the order of names", () => {
    const store = newStore();
    for (const name of ["p2", "p10", "p1"]) store.create("pods", pod(name));
    store.modify("pods", "p2", "facts", (copy) => ({ ...copy, spec: { ...copy["spec"], nodeName: "worker" } }));
    const names = (selection: object) => store.list("pods", selection).map(({ metadata }) => metadata.name);
    expect(names({ namespace: "facts" })).toEqual(["p1", "p10", "p2"]);
    expect(names({ labelSelector: "app in (p1, p2)" })).toEqual(["p1", "p2"]);
    expect(names({ labelSelector: "app!=p1,app" })).toEqual(["p10", "p2"]);
    expect(names({ fieldSelector: "spec.nodeName=worker" })).toEqual(["p2"]);
    expect(names({ fieldSelector: "spec.nodeName=,metadata.name!=p1" })).toEqual(["p10"]);
    expect(refusal(() => names({ fieldSelector: "spec.foo=x" }))).toMatchObject({ code: 400 });
  });
});

describe("a custom resource", () => {
  test("is served from its definition on, and goes with it", () => {
    const store = newStore();
    const name = "widgets.example.org";
    store.create("customresourcedefinitions.apiextensions.k8s.io", {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name },
      spec: {
        group: "example.org",
        scope: "Namespaced",
        names: { plural: "widgets", kind: "Widget" },
        versions: [{ name: "v1alpha1", served: true, storage: true, subresources: { status: {} } }],
      },
    });
    store.create(name, { apiVersion: "x", kind: "x", metadata: { name: "w", namespace: "facts" }, status: {} });
    const widget = store.get(name, "w", "facts");
    expect(widget).toMatchObject({ apiVersion: "example.org/v1alpha1", kind: "Widget", metadata: { generation: 1 } });
    expect(widget).not.toHaveProperty("status");
    store.delete("customresourcedefinitions.apiextensions.k8s.io", name);
    expect(store.serves(name)).toBe(false);
  });
});
