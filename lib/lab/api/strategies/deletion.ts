import type { DeleteOptions, KubeObject } from "../../model.ts";
import { resourceName } from "../registry/resource.ts";
import type { Resource } from "../registry/resource.ts";
import { forbidden } from "../status-errors.ts";

/** How objects of one resource leave. */
export interface Deletion {
  /** Marks a copy as being deleted, where something still has to happen before it can go. */
  begin(draft: KubeObject, options: DeleteOptions, now: string): KubeObject;
  /** Says whether nothing keeps a marked object any longer. */
  isComplete(draft: KubeObject): boolean;
}

/** Gives the way of leaving: pods take a grace period, namespaces wait for their content, all wait for finalizers. */
export function deletion(resource: Resource): Deletion {
  const name = resourceName(resource);
  if (name === "pods") return podDeletion;
  return name === "namespaces" ? namespaceDeletion : plainDeletion;
}

const plainDeletion: Deletion = {
  begin: (draft, _options, now) => (draft.metadata.deletionTimestamp ? draft : mark(draft, 0, now)),
  isComplete: ({ metadata }) => metadata.deletionTimestamp !== undefined && !metadata.finalizers?.length,
};

const immortal = new Set(["default", "kube-public", "kube-system"]);

const namespaceDeletion: Deletion = {
  begin(draft, options, now) {
    const { name } = draft.metadata;
    if (immortal.has(name))
      throw forbidden({ group: "", plural: "namespaces" }, name, "this namespace may not be deleted");
    const marked = plainDeletion.begin(draft, options, now);
    delete marked.metadata.deletionGracePeriodSeconds;
    marked["status"] = { ...marked["status"], phase: "Terminating" };
    return marked;
  },
  isComplete: (draft) => plainDeletion.isComplete(draft) && !draft["spec"]?.finalizers?.length,
};

const podDeletion: Deletion = {
  begin(draft, { gracePeriodSeconds }, now) {
    const ended = ["Succeeded", "Failed"].includes(draft["status"]?.phase);
    const asked = gracePeriodSeconds ?? draft["spec"].terminationGracePeriodSeconds ?? 30;
    const seconds = ended || !draft["spec"].nodeName ? 0 : Math.max(0, asked);
    const current = draft.metadata.deletionGracePeriodSeconds;
    return current !== undefined && seconds >= current ? draft : mark(draft, seconds, now);
  },
  isComplete: (draft) => plainDeletion.isComplete(draft) && !draft.metadata.deletionGracePeriodSeconds,
};

function mark(draft: KubeObject, seconds: number, now: string): KubeObject {
  const { metadata } = draft;
  const isNew = metadata.deletionTimestamp === undefined;
  metadata.deletionTimestamp = new Date(Date.parse(now) + seconds * 1000).toISOString().replace(".000Z", "Z");
  metadata.deletionGracePeriodSeconds = seconds;
  if (isNew && metadata.generation) metadata.generation += 1;
  return draft;
}
