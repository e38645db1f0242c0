import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../model.ts";
import type { ApiStore } from "../store.ts";
import { formatQuantity } from "./quantity.ts";
import { namespaceUsage } from "./quota-usage.ts";

/** Keeps the status of every ResourceQuota up to date with what its namespace uses. */
export function keepQuotaStatus(store: ApiStore): void {
  const refresh = (quota: KubeObject) => {
    const hard: Record<string, string> = quota["spec"]?.hard ?? {};
    const served = Object.keys(hard);
    const usage = namespaceUsage(quota.metadata.namespace!, served, store);
    const used = Object.fromEntries(served.map((name) => [name, formatQuantity(usage[name]!, hard[name]!)]));
    if (isDeepStrictEqual(quota["status"], { hard, used })) return;
    const { name, namespace } = quota.metadata;
    store.modify("resourcequotas", name, namespace, (copy) => ({ ...copy, status: { hard, used } }), "status");
  };
  const refreshAll = (namespace: string | undefined) => {
    for (const quota of namespace ? store.list("resourcequotas", { namespace }) : []) refresh(quota);
  };
  // Where the store shows other pods than there are, no change of the storage tells of it.
  store.watch("pods", ({ object }) => refreshAll(object.metadata.namespace));
  store.storage.listen(({ resource, type, object }) => {
    const { namespace } = object.metadata;
    if (!namespace) return;
    if (resource === "resourcequotas") {
      const current = type === "DELETED" ? undefined : store.get("resourcequotas", object.metadata.name, namespace);
      if (current) refresh(current);
    } else refreshAll(namespace);
  });
}
