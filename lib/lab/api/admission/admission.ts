import type { KubeObject } from "../../model.ts";
import { resourceName } from "../registry/resource.ts";
import type { StrategyContext } from "../strategies/strategy.ts";
import { giveIngressClass } from "./ingress-class.ts";
import { applyLimitDefaults, reviewLimits } from "./limit-range.ts";
import { reviewPodSecurity } from "./pod-security.ts";
import { givePriority, tolerateShortOutages } from "./pod-extras.ts";
import { reviewQuota } from "./quota.ts";
import { giveServiceAccount } from "./service-account.ts";

/**
 * Lets the mutating admission plugins change a draft, in the API server's order; throws 403 where one refuses.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
 */
export function admit(draft: KubeObject, old: KubeObject | undefined, context: StrategyContext): void {
  if (old) return;
  if (resourceName(context.resource) === "ingresses.networking.k8s.io") giveIngressClass(draft, context);
  if (resourceName(context.resource) !== "pods") return;
  applyLimitDefaults(draft, context);
  giveServiceAccount(draft, context);
  givePriority(draft, context);
  tolerateShortOutages(draft);
}

/** Lets the validating admission plugins look at a draft; throws 403 where one refuses. */
export function review(draft: KubeObject, old: KubeObject | undefined, context: StrategyContext): void {
  if (old) return;
  if (resourceName(context.resource) === "pods") {
    reviewLimits(draft, context);
    reviewPodSecurity(draft, context);
  }
  reviewQuota(draft, context);
}
