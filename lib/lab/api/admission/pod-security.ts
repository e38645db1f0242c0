import type { KubeObject } from "../../model.ts";
import { forbidden } from "../status-errors.ts";
import type { StrategyContext } from "../strategies/strategy.ts";
import { baselineViolations } from "./pod-security-baseline.ts";
import { restrictedViolations } from "./pod-security-restricted.ts";

/**
 * Refuses a pod that breaks the Pod Security level which its namespace enforces.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function reviewPodSecurity(draft: KubeObject, { resource, get }: StrategyContext): void {
  const labels = get("namespaces", draft.metadata.namespace!)?.metadata.labels ?? {};
  const level = labels["pod-security.kubernetes.io/enforce"];
  const violations =
    level === "restricted"
      ? restrictedViolations(draft["spec"])
      : level === "baseline"
        ? baselineViolations(draft["spec"])
        : [];
  if (violations.length === 0) return;
  const version = labels["pod-security.kubernetes.io/enforce-version"] ?? "latest";
  throw forbidden(
    resource,
    draft.metadata.name,
    `violates PodSecurity "${level}:${version}": ${violations.join(", ")}`,
  );
}
