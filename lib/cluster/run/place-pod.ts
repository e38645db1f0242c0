import { fieldOf, isRecord, listOf, type OpenRecord } from "../../base/open-record.ts";

const required = "requiredDuringSchedulingIgnoredDuringExecution";

/**
 * Confines a pod's spec, in place, to nodes with the given names, on top of what it asks for already.
 *
 * Nodes are matched by their own name: the label kubernetes.io/hostname may differ from it. A field term takes one name, and terms
 * are alternatives, so each term that was there is repeated once per node.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity
 */
export function placePod(spec: OpenRecord, nodes: readonly string[]): void {
  const affinity = isRecord(spec["affinity"]) ? spec["affinity"] : {};
  const nodeAffinity = isRecord(affinity["nodeAffinity"]) ? affinity["nodeAffinity"] : {};
  const present = listOf(fieldOf(nodeAffinity, required), "nodeSelectorTerms").filter(isRecord);
  const terms = (present.length === 0 ? [{}] : present).flatMap((term) =>
    nodes.map((node) => ({
      ...term,
      matchFields: [...listOf(term, "matchFields"), { key: "metadata.name", operator: "In", values: [node] }],
    })),
  );
  spec["affinity"] = {
    ...affinity,
    nodeAffinity: { ...nodeAffinity, [required]: { nodeSelectorTerms: terms } },
  };
}

/** Reads the names of the nodes to which a pod's spec is confined, each once; empty when it may run anywhere. */
export function nodeNamesIn(spec: unknown): string[] {
  const terms = listOf(fieldOf(spec, "affinity", "nodeAffinity", required), "nodeSelectorTerms");
  const fields = terms.flatMap((term) => listOf(term, "matchFields"));
  return [...new Set(fields.flatMap((field) => listOf(field, "values")).map(String))];
}
