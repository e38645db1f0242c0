import type { KubeObject } from "../../model.ts";
import type { StrategyContext } from "../strategies/strategy.ts";

const defaultMark = "ingressclass.kubernetes.io/is-default-class";

/**
 * Gives a new Ingress that names no class, neither in the field nor in the old annotation, the cluster's default class; of several the newest.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaultingressclass
 */
export function giveIngressClass(draft: KubeObject, { list }: StrategyContext): void {
  if (draft["spec"].ingressClassName !== undefined) return;
  if (draft.metadata.annotations?.["kubernetes.io/ingress.class"] !== undefined) return;
  const [newest] = list("ingressclasses.networking.k8s.io")
    .filter(({ metadata }) => metadata.annotations?.[defaultMark] === "true")
    .toSorted(
      ({ metadata: left }, { metadata: right }) =>
        (right.creationTimestamp ?? "").localeCompare(left.creationTimestamp ?? "") ||
        left.name.localeCompare(right.name),
    );
  if (newest) draft["spec"].ingressClassName = newest.metadata.name;
}
