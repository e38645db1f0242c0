import type { Strategy } from "./strategy.ts";

/**
 * Namespaces: their name as a label, and the finalizer that keeps one until its content is gone.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#automatic-labelling
 */
export const namespaceStrategy: Strategy = {
  initialStatus: () => ({ phase: "Active" }),
  defaults(draft) {
    draft["spec"] ??= {};
    const { metadata } = draft;
    if (metadata.name) metadata.labels = { ...metadata.labels, "kubernetes.io/metadata.name": metadata.name };
  },
  prepareCreate(draft) {
    draft["spec"].finalizers ??= [];
    if (!draft["spec"].finalizers.includes("kubernetes")) draft["spec"].finalizers.push("kubernetes");
    draft.metadata.labels = { ...draft.metadata.labels, "kubernetes.io/metadata.name": draft.metadata.name };
  },
  prepareUpdate(draft, old, { internal }) {
    if (!internal) draft["spec"].finalizers = old["spec"].finalizers;
  },
};
