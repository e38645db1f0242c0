import { expect, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { deployment, startTestCluster, testNamespace } from "./test-cluster.ts";

const namespace = testNamespace;

test("an emptied namespace goes with all that was in it", async () => {
  const { store, reached, gone, seen } = startTestCluster();
  store.create("deployments.apps", deployment("web", { replicas: 3 }));
  const spec = { selector: { app: "web" }, ports: [{ port: 80 }] };
  store.create("services", { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace }, spec });
  await reached("deployments.apps", "web", ({ status }) => status.availableReplicas === 3);

  const deleted = store.delete("namespaces", namespace);
  expect(deleted?.status.phase).toBe("Terminating");
  await gone("namespaces", namespace);
  const left = [
    "pods",
    "replicasets.apps",
    "services",
    "endpoints",
    "endpointslices.discovery.k8s.io",
    "events",
    "configmaps",
  ].flatMap((resource) => store.list(resource, { namespace }));
  expect(left).toEqual([]);

  // A namespace of the same name starts afresh.
  store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await seen("serviceaccounts", () => store.get("serviceaccounts", "default", namespace));
});

test("says what keeps it, and goes when that is gone", async () => {
  const { store, reached, gone } = startTestCluster();
  const metadata = { name: "held", namespace, finalizers: ["example.org/hold"] };
  store.create("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata });
  store.delete("namespaces", namespace);
  const held = await reached("namespaces", namespace, ({ status }) => {
    const remaining = status.conditions?.find(({ type }: { type: string }) => type === "NamespaceContentRemaining");
    return remaining?.message === "Some resources are remaining: configmaps. has 1 resource instances";
  });
  expect(held.status.phase).toBe("Terminating");
  const summary = held.status.conditions.map(({ type, status, reason, message }: KubeObject["spec"]) => [
    type,
    status,
    reason,
    message,
  ]);
  expect(summary).toEqual([
    ["NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered"],
    [
      "NamespaceDeletionGroupVersionParsingFailure",
      "False",
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ],
    [
      "NamespaceDeletionContentFailure",
      "False",
      "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization",
    ],
    [
      "NamespaceContentRemaining",
      "True",
      "SomeResourcesRemain",
      "Some resources are remaining: configmaps. has 1 resource instances",
    ],
    [
      "NamespaceFinalizersRemaining",
      "True",
      "SomeFinalizersRemain",
      "Some content in the namespace has finalizers remaining: example.org/hold in 1 resource instances",
    ],
  ]);

  store.modify("configmaps", "held", namespace, (copy) => {
    delete copy.metadata.finalizers;
    return copy;
  });
  await gone("namespaces", namespace);
});

test("custom objects go too", async () => {
  const { store, gone } = startTestCluster();
  store.create("customresourcedefinitions.apiextensions.k8s.io", {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "things.example.org" },
    spec: {
      group: "example.org",
      scope: "Namespaced",
      names: { plural: "things", singular: "thing", kind: "Thing", listKind: "ThingList" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  });
  store.create("things.example.org", {
    apiVersion: "example.org/v1",
    kind: "Thing",
    metadata: { name: "a", namespace },
  });
  store.delete("namespaces", namespace);
  await gone("namespaces", namespace);
  expect(store.list("things.example.org")).toEqual([]);
});
