import type { KubeObject } from "../../model.ts";
import { forbidden } from "../status-errors.ts";
import type { Fields, StrategyContext } from "../strategies/strategy.ts";
import { parseQuantity } from "./quantity.ts";

/**
 * Gives containers the requests and limits that the namespace's LimitRanges hold ready for those who name none.
 *
 * @see https://kubernetes.io/docs/concepts/policy/limit-range/
 */
export function applyLimitDefaults(draft: KubeObject, context: StrategyContext): void {
  const set: string[] = [];
  for (const limit of limitsOf(draft, context).filter(({ type }) => type === "Container")) {
    for (const [group, container] of containersOf(draft)) {
      const given = new Set(fill(container.resources, limit));
      set.push(...[...given].map((what) => `${what} for ${group} ${container.name}`));
    }
  }
  if (set.length === 0) return;
  const text = `LimitRanger plugin set: ${set.join("; ")}`;
  draft.metadata.annotations = { ...draft.metadata.annotations, "kubernetes.io/limit-ranger": text };
}

/** Refuses a pod with a container outside of the bounds. */
export function reviewLimits(draft: KubeObject, context: StrategyContext): void {
  const problems = limitsOf(draft, context)
    .filter(({ type }) => type === "Container")
    .flatMap((limit) => containersOf(draft).flatMap(([, container]) => outOfBounds(container.resources ?? {}, limit)));
  if (problems.length === 0) return;
  const text = problems.length === 1 ? problems[0]! : `[${problems.join(", ")}]`;
  throw forbidden(context.resource, draft.metadata.name, text);
}

/** Completes one item of a LimitRange: each bound is also the default of those below it. */
export function defaultLimit(item: Fields): void {
  if (item.type !== "Container") return;
  item.default = { ...item.max, ...item.default };
  item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
  for (const field of ["default", "defaultRequest"]) if (Object.keys(item[field]).length === 0) delete item[field];
}

function limitsOf({ metadata }: KubeObject, { list }: StrategyContext): Fields[] {
  return list("limitranges", { namespace: metadata.namespace! }).flatMap(({ spec }) => spec?.limits ?? []);
}

function containersOf({ spec }: KubeObject): [string, Fields][] {
  const pairs = (group: string, containers: Fields[] = []): [string, Fields][] =>
    containers.map((item) => [group, item]);
  return [...pairs("init container", spec.initContainers), ...pairs("container", spec.containers)];
}

function fill(resources: Fields, limit: Fields): string[] {
  const set: string[] = [];
  const from = (kind: "requests" | "limits", defaults: Record<string, string> = {}) => {
    for (const [name, value] of Object.entries(defaults)) {
      if (resources[kind]?.[name] !== undefined) continue;
      resources[kind] = { ...resources[kind], [name]: value };
      set.push(`${name} ${kind.slice(0, -1)}`);
    }
  };
  from("requests", limit.defaultRequest);
  from("limits", limit.default);
  return set;
}

function outOfBounds({ requests = {}, limits = {} }: Fields, { min = {}, max = {}, type }: Fields): string[] {
  const problems: string[] = [];
  for (const [name, bound] of Object.entries<string>(min)) {
    const rule = `minimum ${name} usage per ${type} is ${bound}`;
    if (requests[name] === undefined) problems.push(`${rule}.  No request is specified`);
    else if (parseQuantity(requests[name]) < parseQuantity(bound))
      problems.push(`${rule}, but request is ${requests[name]}`);
  }
  for (const [name, bound] of Object.entries<string>(max)) {
    const rule = `maximum ${name} usage per ${type} is ${bound}`;
    if (limits[name] === undefined) problems.push(`${rule}.  No limit is specified`);
    else if (parseQuantity(limits[name]) > parseQuantity(bound)) problems.push(`${rule}, but limit is ${limits[name]}`);
  }
  return problems;
}
