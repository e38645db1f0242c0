import type { KubeObject } from "../model.ts";

interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}

interface NodeSelectorTerm {
  matchExpressions?: Requirement[];
  matchFields?: Requirement[];
}

/**
 * Tells whether a pod's nodeSelector and required node affinity accept a node. Terms are alternatives; an empty term accepts nothing.
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
 */
export function acceptsNode(podSpec: KubeObject["spec"], node: KubeObject): boolean {
  const labels = node.metadata.labels ?? {};
  const wanted: Record<string, string> = podSpec.nodeSelector ?? {};
  if (!Object.entries(wanted).every(([key, value]) => labels[key] === value)) return false;
  const required = podSpec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined) return true;
  const terms: NodeSelectorTerm[] = required.nodeSelectorTerms ?? [];
  return terms.some((term) => matchesTerm(term, node));
}

/** Sums the weights of the preferred node affinity terms that a node satisfies. */
export function preferredNodeWeight(podSpec: KubeObject["spec"], node: KubeObject): number {
  const preferred: { weight: number; preference: NodeSelectorTerm }[] =
    podSpec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return preferred
    .filter(({ preference }) => matchesTerm(preference, node))
    .reduce((sum, { weight }) => sum + weight, 0);
}

function matchesTerm(term: NodeSelectorTerm, node: KubeObject): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length + fields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  return (
    expressions.every((requirement) => meets(requirement, labels[requirement.key])) &&
    fields.every((requirement) => requirement.key === "metadata.name" && meets(requirement, node.metadata.name))
  );
}

function meets({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && Number(value) > Number(values[0]);
    case "Lt":
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}
