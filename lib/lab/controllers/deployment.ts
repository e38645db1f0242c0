import { storageKey } from "../api/storage.ts";
import type { KubeObject, Store } from "../model.ts";
import type { ControllerContext } from "./controller-context.ts";
import { deploymentStatus } from "./deployment-status.ts";
import { createReplicaSet, currentReplicaSet, dropOldRevisions, markRevision } from "./deployment-revisions.ts";
import { rollingTarget, rollingScaleDown, rolloutBounds, type Scale } from "./deployment-rollout.ts";
import { isNamespaceGoing } from "./namespace-going.ts";
import { splitKey } from "./object-key.ts";
import { claimDependents, controllerOf, isControlledBy } from "./owner.ts";
import { isPodFinished } from "./pod-state.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";

const resource = "deployments.apps";

/**
 * Rolls Deployments out: one ReplicaSet per pod template, scaled by the strategy, with revisions that can be undone. Returns the stop
 * function.
 *
 * Scaling during a rollout goes to the new ReplicaSet alone, not to all in proportion.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
 */
export function startDeploymentController(store: Store, { log, record }: ControllerContext): () => void {
  const queue = createReconcileQueue("deployment", reconcile, log);

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const deployment = store.get(resource, name, namespace);
    if (deployment === undefined) return;
    const sets = claimDependents(store, "replicasets.apps", deployment);
    if (deployment.metadata.deletionTimestamp === undefined) tryAdvance(deployment, sets);
    const waitMs = writeStatus(store.get(resource, name, namespace) ?? deployment);
    if (waitMs !== undefined) queue.addAfter(key, waitMs);
  }

  function tryAdvance(deployment: KubeObject, sets: KubeObject[]): void {
    try {
      advance(deployment, sets);
    } catch (error) {
      if (!isNamespaceGoing(error)) throw error;
    }
  }

  function advance(deployment: KubeObject, sets: KubeObject[]): void {
    const existing = currentReplicaSet(deployment, sets);
    const old = sets.filter((set) => set !== existing);
    if (deployment.spec.paused === true) {
      const active = sets.filter(({ spec }) => spec.replicas > 0);
      const only = active.length > 1 ? undefined : (active[0] ?? existing);
      if (only !== undefined) scale(deployment, only, deployment.spec.replicas);
      return;
    }
    if (deployment.spec.strategy?.type === "Recreate") recreate(deployment, existing, old);
    else roll(deployment, existing, old);
  }

  function recreate(deployment: KubeObject, existing: KubeObject | undefined, old: KubeObject[]): void {
    for (const set of old) scale(deployment, set, 0);
    const isStillThere = store
      .list("pods", { namespace: deployment.metadata.namespace })
      .some((pod) => !isPodFinished(pod) && old.some((set) => isControlledBy(pod, set)));
    if (isStillThere) return;
    const current = ensureCurrent(deployment, existing, old, deployment.spec.replicas);
    scale(deployment, current, deployment.spec.replicas);
    dropOldRevisions(store, deployment, current, old);
  }

  function roll(deployment: KubeObject, existing: KubeObject | undefined, old: KubeObject[]): void {
    const target = rollingTarget(deployment, scaleOf(existing), old.map(scaleOf));
    const current = ensureCurrent(deployment, existing, old, target);
    scale(deployment, current, target);
    const scaled = store.get("replicasets.apps", current.metadata.name, current.metadata.namespace) ?? current;
    const byAge = old.toSorted(
      (a, b) => Date.parse(a.metadata.creationTimestamp!) - Date.parse(b.metadata.creationTimestamp!),
    );
    const counts = rollingScaleDown(deployment, scaleOf(scaled), byAge.map(scaleOf));
    for (const [index, set] of byAge.entries()) scale(deployment, set, counts[index]!);
    dropOldRevisions(store, deployment, scaled, old);
  }

  function ensureCurrent(
    deployment: KubeObject,
    existing: KubeObject | undefined,
    old: KubeObject[],
    replicas: number,
  ): KubeObject {
    const current = existing ?? createReplicaSet(store, deployment, replicas);
    if (existing === undefined && replicas > 0) announce(deployment, current, 0, replicas);
    return markRevision(store, deployment, current, old);
  }

  function scale(deployment: KubeObject, set: KubeObject, replicas: number): void {
    const before: number = set.spec.replicas;
    const { desired, most } = rolloutBounds(deployment);
    store.modify("replicasets.apps", set.metadata.name, set.metadata.namespace, (copy) => {
      copy.spec.replicas = replicas;
      if (replicas > 0) {
        copy.metadata.annotations = {
          ...copy.metadata.annotations,
          "deployment.kubernetes.io/desired-replicas": String(desired),
          "deployment.kubernetes.io/max-replicas": String(most),
        };
      }
      return copy;
    });
    if (before !== replicas) announce(deployment, set, before, replicas);
  }

  function announce(deployment: KubeObject, set: KubeObject, from: number, to: number): void {
    const direction = to > from ? "up" : "down";
    record(
      deployment,
      "Normal",
      "ScalingReplicaSet",
      `Scaled ${direction} replica set ${set.metadata.name} from ${from} to ${to}`,
    );
  }

  function writeStatus(deployment: KubeObject): number | undefined {
    const { namespace, name } = deployment.metadata;
    const sets = store.list("replicasets.apps", { namespace }).filter((set) => isControlledBy(set, deployment));
    const { status, recheckMs } = deploymentStatus(deployment, currentReplicaSet(deployment, sets), sets);
    store.modify(resource, name, namespace, (copy) => ({ ...copy, status }), "status");
    return recheckMs;
  }

  function addOwner(object: KubeObject): void {
    const owner = controllerOf(object);
    const { namespace } = object.metadata;
    if (owner?.kind === "Deployment") queue.add(`${namespace}/${owner.name}`);
    else if (owner === undefined) for (const each of store.list(resource, { namespace })) queue.add(storageKey(each));
  }

  const stops = [
    store.watch(resource, ({ object }) => queue.add(storageKey(object)), { replay: true }),
    store.watch("replicasets.apps", ({ object }) => addOwner(object)),
    // Only Recreate waits for pods themselves, and only for their end.
    store.watch("pods", ({ type, object }) => {
      if (type !== "DELETED" && !isPodFinished(object)) return;
      const set = store.get("replicasets.apps", controllerOf(object)?.name ?? "", object.metadata.namespace);
      if (set !== undefined) addOwner(set);
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
}

function scaleOf(set: KubeObject | undefined): Scale {
  return { wanted: set?.spec.replicas ?? 0, available: set?.status?.availableReplicas ?? 0 };
}
