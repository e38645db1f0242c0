import type { KubeObject, OwnerReference, ResourceName, Store } from "../model.ts";
import type { ControllerContext } from "./controller-context.ts";
import { watchEveryResource, type KnownResource } from "./every-resource.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";

interface Place {
  resource: ResourceName;
  name: string;
  namespace: string | undefined;
  owners: string[];
}

/**
 * Deletes objects whose owners (by uid) are all gone, and drops references to single owners that are gone. Returns the stop function.
 *
 * Honours the finalizers `foregroundDeletion` (dependents first) and `orphan` (dependents stay, without the reference).
 *
 * @see https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export function startGarbageCollector(store: Store, { log }: ControllerContext): () => void {
  const places = new Map<string, Place>();
  const dependents = new Map<string, Set<string>>();
  const queue = createReconcileQueue("garbage collector", reconcile, log);

  function reconcile(uid: string): void {
    const place = places.get(uid);
    const object = place && store.get(place.resource, place.name, place.namespace);
    if (place === undefined || object?.metadata.uid !== uid) return;
    const owners = object.metadata.ownerReferences ?? [];
    const dangling = owners.filter((owner) => !places.has(owner.uid));
    if (dangling.length > 0 && object.metadata.deletionTimestamp === undefined) {
      if (dangling.length === owners.length) store.delete(place.resource, place.name, place.namespace, { uid });
      else dropReferences(place, new Set(dangling.map((owner) => owner.uid)));
    }
    if (object.metadata.deletionTimestamp !== undefined) finishDeletion(place, object);
  }

  function finishDeletion(place: Place, object: KubeObject): void {
    const { uid = "", finalizers = [] } = object.metadata;
    const mine = [...(dependents.get(uid) ?? [])];
    if (finalizers.includes("orphan")) {
      for (const each of mine) dropReferences(places.get(each), new Set([uid]));
      dropFinalizer(place, "orphan");
    } else if (finalizers.includes("foregroundDeletion")) {
      const blocking = mine.filter((each) =>
        references(each, uid).some(({ blockOwnerDeletion }) => blockOwnerDeletion),
      );
      for (const each of mine) deleteInForeground(each);
      if (blocking.every((each) => !places.has(each))) dropFinalizer(place, "foregroundDeletion");
    }
  }

  function references(uid: string, owner: string): OwnerReference[] {
    const place = places.get(uid);
    const object = place && store.get(place.resource, place.name, place.namespace);
    return (object?.metadata.ownerReferences ?? []).filter((each) => each.uid === owner);
  }

  function deleteInForeground(uid: string): void {
    const place = places.get(uid);
    if (place === undefined) return;
    const object = store.get(place.resource, place.name, place.namespace);
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) return;
    store.delete(place.resource, place.name, place.namespace, { uid, propagationPolicy: "Foreground" });
  }

  function dropReferences(place: Place | undefined, uids: Set<string>): void {
    if (place === undefined) return;
    store.modify(place.resource, place.name, place.namespace, (copy) => {
      copy.metadata.ownerReferences = copy.metadata.ownerReferences?.filter((owner) => !uids.has(owner.uid));
      return copy;
    });
  }

  function dropFinalizer(place: Place, finalizer: string): void {
    store.modify(place.resource, place.name, place.namespace, (copy) => {
      copy.metadata.finalizers = copy.metadata.finalizers?.filter((each) => each !== finalizer);
      return copy;
    });
  }

  function note({ resource }: KnownResource, object: KubeObject): void {
    const { uid = "", name, namespace, ownerReferences = [] } = object.metadata;
    const owners = ownerReferences.map((owner) => owner.uid);
    for (const owner of places.get(uid)?.owners ?? []) dependents.get(owner)?.delete(uid);
    places.set(uid, { resource, name, namespace, owners });
    for (const owner of owners) dependents.set(owner, (dependents.get(owner) ?? new Set()).add(uid));
    if (owners.length > 0 || object.metadata.deletionTimestamp !== undefined) queue.add(uid);
  }

  function forget(object: KubeObject): void {
    const { uid = "" } = object.metadata;
    for (const owner of places.get(uid)?.owners ?? []) {
      dependents.get(owner)?.delete(uid);
      queue.add(owner);
    }
    places.delete(uid);
    for (const dependent of dependents.get(uid) ?? []) queue.add(dependent);
    dependents.delete(uid);
  }

  const everything = watchEveryResource(store, (known, { type, object }) =>
    type === "DELETED" ? forget(object) : note(known, object),
  );
  return () => {
    queue.stop();
    everything.stop();
  };
}
