import type { ViewStep } from "./fault.ts";

/** Makes the step by which a component of a cluster sees something else than what is there: everywhere, or on one node. */
export function viewStep(cluster: string, view: string, node?: string): ViewStep {
  return { kind: "view", cluster, view, ...(node !== undefined && { node }) };
}
