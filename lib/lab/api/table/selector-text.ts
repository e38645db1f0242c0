import type { ObjectSelector } from "../select/label-selector.ts";

/** Writes a selector as `kubectl` does: `app=x,tier in (a,b)`; `<none>` for an empty one. */
export function selectorText(selector: ObjectSelector | undefined): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === "Exists") return key;
    return operator === "DoesNotExist" ? `!${key}` : `${key} ${operator.toLowerCase()} (${values.join(",")})`;
  });
  return [...labels.toSorted(), ...expressions].join(",") || "<none>";
}
