import type { KubeObject } from "../../model.ts";
import { badRequest, forbidden, notFound } from "../status-errors.ts";
import type { StrategyContext } from "./strategy.ts";

/**
 * Refuses a new object whose namespace is missing (404) or is being deleted (403).
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespacelifecycle
 */
export function namespaceLifecycle(draft: KubeObject, { resource, get }: StrategyContext): void {
  if (!resource.namespaced) return;
  const { name, namespace } = draft.metadata;
  if (!namespace) throw badRequest("an empty namespace may not be set during creation");
  const found = get("namespaces", namespace);
  if (!found) throw notFound({ group: "", plural: "namespaces" }, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(resource, name ?? "", why, [
    {
      reason: "NamespaceTerminating",
      message: `namespace ${namespace} is being terminated`,
      field: "metadata.namespace",
    },
  ]);
}
