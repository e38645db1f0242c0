import { createHash } from "node:crypto";
import type { KubeObject } from "../model.ts";
import { controllerReference } from "./owner.ts";

/** The label that tells the pods of one ReplicaSet of a Deployment from those of another. */
export const templateHashLabel = "pod-template-hash";

// Without vowels and what looks like them, so that no word can come out.
const hashLetters = "bcdfghjklmnpqrstvwxz2456789";

/** Hashes a pod template to ten letters; key order and the template hash label do not matter. */
export function templateHash(template: KubeObject["spec"], collisionCount = 0): string {
  const digest = createHash("sha256")
    .update(`${canonicalTemplate(template)}${collisionCount || ""}`)
    .digest();
  return [...digest.subarray(0, 10)].map((byte) => hashLetters[byte % hashLetters.length]).join("");
}

/** Writes a pod template as text that is equal for equal templates; the template hash label is left out. */
export function canonicalTemplate(template: KubeObject["spec"]): string {
  const { [templateHashLabel]: _, ...labels } = template?.metadata?.labels ?? {};
  return canonical({ ...template, metadata: { ...template?.metadata, labels } });
}

/** Makes a pod of a workload's template, without a name of its own: `generateName` is the owner's name and a dash. */
export function podFromTemplate(owner: KubeObject, extra: { labels?: Record<string, string> } = {}): KubeObject {
  const { metadata = {}, spec } = structuredClone(owner.spec.template);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      // The API server makes the name.
      name: "",
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      labels: { ...metadata.labels, ...extra.labels },
      ...(metadata.annotations !== undefined && { annotations: metadata.annotations }),
      ...(metadata.finalizers !== undefined && { finalizers: metadata.finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec,
  };
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined && field !== null)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(",")}}`;
}
