import type { KubeObject } from "../../model.ts";
import { forbidden } from "../status-errors.ts";
import type { Fields, StrategyContext } from "../strategies/strategy.ts";

const priorities: Record<string, number> = {
  "system-node-critical": 2_000_001_000,
  "system-cluster-critical": 2_000_000_000,
};

/**
 * Gives a pod the number behind its priority class.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#priority
 */
export function givePriority(draft: KubeObject, { resource }: StrategyContext): void {
  const { spec } = draft;
  const priority = spec.priorityClassName ? priorities[spec.priorityClassName] : 0;
  if (priority === undefined) {
    throw forbidden(resource, draft.metadata.name, `no PriorityClass with name ${spec.priorityClassName} was found`);
  }
  spec.priority ??= priority;
  spec.preemptionPolicy ??= "PreemptLowerPriority";
}

/**
 * Lets a pod stay for five minutes on a node that is not ready or not reachable.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaulttolerationseconds
 */
export function tolerateShortOutages({ spec }: KubeObject): void {
  const tolerations: Fields[] = (spec.tolerations ??= []);
  for (const key of ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]) {
    const covers = (toleration: Fields) =>
      (!toleration.key || toleration.key === key) && (!toleration.effect || toleration.effect === "NoExecute");
    if (tolerations.some(covers)) continue;
    tolerations.push({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 });
  }
}
