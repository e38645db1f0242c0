import { timestamp } from "./timestamp.ts";

/** An entry of `status.conditions`. */
export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  [field: string]: unknown;
}

/** Returns the conditions with `wanted` in place of the one of its type; lastTransitionTime moves only when the status does. */
export function withCondition(conditions: Condition[] | undefined, wanted: Condition): Condition[] {
  const before = conditions?.find(({ type }) => type === wanted.type);
  const lastTransitionTime = before?.status === wanted.status ? before.lastTransitionTime : timestamp();
  const entry = { ...before, ...wanted, lastTransitionTime };
  return before === undefined
    ? [...(conditions ?? []), entry]
    : (conditions ?? []).map((condition) => (condition === before ? entry : condition));
}

/** Returns the conditions without the one of this type. */
export function withoutCondition(conditions: Condition[] | undefined, type: string): Condition[] {
  return (conditions ?? []).filter((condition) => condition.type !== type);
}

/** Finds the condition of this type. */
export function findCondition(conditions: Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}
