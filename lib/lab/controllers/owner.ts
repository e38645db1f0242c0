import { objectSelector } from "../api/select/label-selector.ts";
import type { KubeObject, OwnerReference, ResourceName, Store } from "../model.ts";

/** Returns the reference that names the managing controller of an object. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** Returns the reference with which `owner` controls an object. */
export function controllerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Tells whether an object is controlled by `owner`, by uid. */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

/**
 * Returns the objects of a resource that `owner` controls, after adopting matching ones that nobody controls and releasing its own that no
 * longer match `spec.selector`. An owner that is being deleted adopts nothing.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#non-template-pod-acquisitions
 */
export function claimDependents(store: Store, resource: ResourceName, owner: KubeObject): KubeObject[] {
  const claimed: KubeObject[] = [];
  const selects = objectSelector(owner.spec.selector);
  for (const object of store.list(resource, { namespace: owner.metadata.namespace })) {
    const matches = selects(object.metadata.labels);
    if (isControlledBy(object, owner)) {
      if (matches) claimed.push(object);
      else if (object.metadata.deletionTimestamp === undefined) release(store, resource, object, owner);
    } else if (matches && isAdoptable(object, owner)) {
      const adopted = adopt(store, resource, object, owner);
      if (adopted !== undefined) claimed.push(adopted);
    }
  }
  return claimed;
}

function isAdoptable(object: KubeObject, owner: KubeObject): boolean {
  return (
    controllerOf(object) === undefined &&
    object.metadata.deletionTimestamp === undefined &&
    owner.metadata.deletionTimestamp === undefined
  );
}

function adopt(store: Store, resource: ResourceName, object: KubeObject, owner: KubeObject): KubeObject | undefined {
  return store.modify(resource, object.metadata.name, object.metadata.namespace, (copy) => {
    if (controllerOf(copy) !== undefined) return undefined;
    copy.metadata.ownerReferences = [...(copy.metadata.ownerReferences ?? []), controllerReference(owner)];
    return copy;
  });
}

function release(store: Store, resource: ResourceName, object: KubeObject, owner: KubeObject): void {
  store.modify(resource, object.metadata.name, object.metadata.namespace, (copy) => {
    copy.metadata.ownerReferences = copy.metadata.ownerReferences?.filter(({ uid }) => uid !== owner.metadata.uid);
    return copy;
  });
}
