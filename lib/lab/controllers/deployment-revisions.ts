import { ApiError, type KubeObject, type Store } from "../model.ts";
import { controllerReference } from "./owner.ts";
import { canonicalTemplate, templateHash, templateHashLabel } from "./pod-template.ts";
import { rolloutBounds } from "./deployment-rollout.ts";

const replicaSets = "replicasets.apps";
const revisionKey = "deployment.kubernetes.io/revision";
const historyKey = "deployment.kubernetes.io/revision-history";
const ownKeys = new Set([
  revisionKey,
  historyKey,
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
]);

/** Finds the ReplicaSet with the Deployment's pod template; the oldest, should there be several. */
export function currentReplicaSet(deployment: KubeObject, sets: KubeObject[]): KubeObject | undefined {
  const wanted = canonicalTemplate(deployment.spec.template);
  const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount);
  return sets
    .filter(
      ({ metadata, spec }) =>
        metadata.labels?.[templateHashLabel] === hash || canonicalTemplate(spec.template) === wanted,
    )
    .toSorted(
      (a, b) => Date.parse(a.metadata.creationTimestamp ?? "") - Date.parse(b.metadata.creationTimestamp ?? ""),
    )[0];
}

/**
 * Creates the ReplicaSet for the Deployment's pod template. Throws the ApiError of the refusal; when somebody else has the name, the next
 * attempt takes another hash.
 */
export function createReplicaSet(store: Store, deployment: KubeObject, replicas: number): KubeObject {
  const { namespace, name } = deployment.metadata;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template, deployment.status?.collisionCount);
  const withHash = { ...template.metadata?.labels, [templateHashLabel]: hash };
  const { desired, most } = rolloutBounds(deployment);
  try {
    return store.create(replicaSets, {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels: withHash,
        annotations: {
          ...inheritedAnnotations(deployment),
          "deployment.kubernetes.io/desired-replicas": String(desired),
          "deployment.kubernetes.io/max-replicas": String(most),
        },
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas,
        ...(minReadySeconds !== undefined && { minReadySeconds }),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [templateHashLabel]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels: withHash } },
      },
    });
  } catch (error) {
    if (error instanceof ApiError && error.reason === "AlreadyExists") countCollision(store, deployment);
    throw error;
  }
}

/** Numbers the current ReplicaSet above all others and notes the number on the Deployment. Returns the ReplicaSet as it is then. */
export function markRevision(store: Store, deployment: KubeObject, current: KubeObject, old: KubeObject[]): KubeObject {
  const revision = Math.max(revisionOf(current), Math.max(0, ...old.map(revisionOf)) + 1);
  const { namespace } = deployment.metadata;
  const marked = store.modify(replicaSets, current.metadata.name, namespace, (copy) => {
    copy.metadata.annotations = {
      ...copy.metadata.annotations,
      ...inheritedAnnotations(deployment),
      ...history(copy, revision),
      [revisionKey]: String(revision),
    };
    if (deployment.spec.minReadySeconds !== undefined) copy.spec.minReadySeconds = deployment.spec.minReadySeconds;
    return copy;
  });
  store.modify("deployments.apps", deployment.metadata.name, namespace, (copy) => {
    copy.metadata.annotations = { ...copy.metadata.annotations, [revisionKey]: String(revision) };
    return copy;
  });
  return marked ?? current;
}

/** Deletes the oldest empty ReplicaSets beyond `revisionHistoryLimit` (10) once the rollout has come to its end. */
export function dropOldRevisions(store: Store, deployment: KubeObject, current: KubeObject, old: KubeObject[]): void {
  const { replicas, revisionHistoryLimit = 10 } = deployment.spec;
  if ((current.status?.availableReplicas ?? 0) < replicas) return;
  const empty = old
    .filter(({ spec, status, metadata }) => spec.replicas === 0 && !status?.replicas && !metadata.deletionTimestamp)
    .toSorted((a, b) => revisionOf(a) - revisionOf(b));
  for (const { metadata } of empty.slice(0, Math.max(0, empty.length - revisionHistoryLimit))) {
    store.delete(replicaSets, metadata.name, metadata.namespace, { uid: metadata.uid });
  }
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[revisionKey] ?? 0);
}

/** A ReplicaSet that comes back by an undo remembers which revisions it was. */
function history({ metadata }: KubeObject, revision: number): Record<string, string> {
  const before = metadata.annotations?.[revisionKey];
  if (before === undefined || before === String(revision)) return {};
  const earlier = metadata.annotations?.[historyKey];
  return { [historyKey]: earlier === undefined ? before : `${earlier},${before}` };
}

function inheritedAnnotations({ metadata }: KubeObject): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !ownKeys.has(key)));
}

function countCollision(store: Store, { metadata }: KubeObject): void {
  store.modify(
    "deployments.apps",
    metadata.name,
    metadata.namespace,
    (copy) => ({ ...copy, status: { ...copy.status, collisionCount: (copy.status?.collisionCount ?? 0) + 1 } }),
    "status",
  );
}
