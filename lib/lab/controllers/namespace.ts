import type { KubeObject, Store } from "../model.ts";
import { withCondition, type Condition } from "./conditions.ts";
import type { ControllerContext } from "./controller-context.ts";
import { watchEveryResource, type KnownResource } from "./every-resource.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";

/**
 * Empties namespaces that are being deleted, says in their conditions what keeps them, and lets them go when nothing is left. Returns the
 * stop function.
 *
 * Unlike a real cluster it does not pause for seconds before it looks again: every object that leaves makes it look.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
 */
export function startNamespaceController(store: Store, { log }: ControllerContext): () => void {
  const queue = createReconcileQueue("namespace", reconcile, log);

  function reconcile(name: string): void {
    const namespace = store.get("namespaces", name);
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    for (const known of everything.all()) {
      if (!known.namespaced) continue;
      for (const { metadata } of store.list(known.resource, { namespace: name })) {
        if (metadata.deletionTimestamp === undefined) store.delete(known.resource, metadata.name, name);
      }
    }
    const remaining = everything
      .all()
      .filter(({ namespaced }) => namespaced)
      .map((known) => ({ known, objects: store.list(known.resource, { namespace: name }) }))
      .filter(({ objects }) => objects.length > 0);
    if (remaining.length === 0) finalize(name);
    else explain(name, remaining);
  }

  function finalize(name: string): void {
    store.modify("namespaces", name, undefined, (copy) => {
      copy.spec = {
        ...copy.spec,
        finalizers: (copy.spec?.finalizers ?? []).filter((each: string) => each !== "kubernetes"),
      };
      return copy;
    });
  }

  function explain(name: string, remaining: Remaining[]): void {
    store.modify(
      "namespaces",
      name,
      undefined,
      (copy) => ({ ...copy, status: { ...copy.status, conditions: conditionsFor(copy, remaining) } }),
      "status",
    );
  }

  const everything = watchEveryResource(store, ({ resource }, { type, object }) => {
    if (resource === "namespaces") {
      if (type !== "DELETED") queue.add(object.metadata.name);
      return;
    }
    const { namespace } = object.metadata;
    if (namespace !== undefined && store.get("namespaces", namespace)?.metadata.deletionTimestamp !== undefined) {
      queue.add(namespace);
    }
  });
  return () => {
    queue.stop();
    everything.stop();
  };
}

interface Remaining {
  known: KnownResource;
  objects: KubeObject[];
}

function conditionsFor({ status }: KubeObject, remaining: Remaining[]): Condition[] {
  const finalizers = new Map<string, number>();
  for (const each of remaining.flatMap(({ objects }) => objects).flatMap(({ metadata }) => metadata.finalizers ?? [])) {
    finalizers.set(each, (finalizers.get(each) ?? 0) + 1);
  }
  const held = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`);
  const left = remaining.map(({ known, objects }) => {
    const [plural] = known.resource.split(".");
    return `${plural}.${known.group} has ${objects.length} resource instances`;
  });
  const wanted: Condition[] = [
    condition(
      "NamespaceDeletionDiscoveryFailure",
      false,
      "ResourcesDiscovered",
      "All resources successfully discovered",
    ),
    condition(
      "NamespaceDeletionGroupVersionParsingFailure",
      false,
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ),
    condition(
      "NamespaceDeletionContentFailure",
      false,
      "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization",
    ),
    condition(
      "NamespaceContentRemaining",
      true,
      "SomeResourcesRemain",
      `Some resources are remaining: ${left.toSorted().join(", ")}`,
    ),
    held.length > 0
      ? condition(
          "NamespaceFinalizersRemaining",
          true,
          "SomeFinalizersRemain",
          `Some content in the namespace has finalizers remaining: ${held.toSorted().join(", ")}`,
        )
      : condition(
          "NamespaceFinalizersRemaining",
          false,
          "ContentHasNoFinalizers",
          "All content-preserving finalizers finished",
        ),
  ];
  return wanted.reduce<Condition[]>(withCondition, status?.conditions ?? []);
}

function condition(type: string, isTrue: boolean, reason: string, message: string): Condition {
  return { type, status: isTrue ? "True" : "False", reason, message };
}
