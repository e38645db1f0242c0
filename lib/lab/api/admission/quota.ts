import type { KubeObject } from "../../model.ts";
import { resourceName } from "../registry/resource.ts";
import { forbidden } from "../status-errors.ts";
import type { Fields, StrategyContext } from "../strategies/strategy.ts";
import { formatQuantity, parseQuantity } from "./quantity.ts";
import { namespaceUsage, usageOf } from "./quota-usage.ts";
import type { Usage } from "./quota-usage.ts";

/**
 * Refuses a new object that would exceed a quota of its namespace, or a pod that does not say what a quota has to count.
 *
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export function reviewQuota(draft: KubeObject, context: StrategyContext): void {
  const { namespace, name } = draft.metadata;
  if (!namespace || context.resource.plural === "resourcequotas") return;
  const resource = resourceName(context.resource);
  const asked = usageOf(resource, draft);
  for (const quota of context.list("resourcequotas", { namespace })) {
    const hard: Record<string, string> = quota["spec"]?.hard ?? {};
    const names = Object.keys(hard).filter((key) => Object.hasOwn(asked, key));
    const unsaid = resource === "pods" ? unsaidAmounts(draft["spec"], names) : [];
    if (unsaid.length > 0) {
      throw forbidden(
        context.resource,
        name,
        `failed quota: ${quota.metadata.name}: must specify ${unsaid.join("; ")}`,
      );
    }
    const used = namespaceUsage(namespace, names, context);
    const exceeded = names
      .filter((key) => asked[key]! > 0n && used[key]! + asked[key]! > parseQuantity(hard[key]!))
      .toSorted();
    if (exceeded.length === 0) continue;
    const text = (usage: Usage) => exceeded.map((key) => `${key}=${formatQuantity(usage[key]!, hard[key]!)}`).join(",");
    const limited = exceeded.map((key) => `${key}=${hard[key]}`).join(",");
    const why = `exceeded quota: ${quota.metadata.name}, requested: ${text(asked)}, used: ${text(used)}, limited: ${limited}`;
    throw forbidden(context.resource, name, why);
  }
}

/** Writes `requests.cpu for: a,b` for each amount that some container leaves out. */
function unsaidAmounts(spec: Fields, names: string[]): string[] {
  const containers: Fields[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  return names.toSorted().flatMap((name) => {
    const [kind, amount] = name.includes(".") ? name.split(".") : ["requests", name];
    if (!["cpu", "memory", "ephemeral-storage"].includes(`${amount}`)) return [];
    const silent = containers.filter(({ resources }) => resources?.[kind!]?.[amount!] === undefined);
    return silent.length > 0 ? [`${name} for: ${silent.map((container) => container.name).join(",")}`] : [];
  });
}
