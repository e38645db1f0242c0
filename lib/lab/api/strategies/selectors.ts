import { forbiddenValue, invalidValue, requiredValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import { labelPairErrors } from "./metadata.ts";
import { labelValueErrors, qualifiedNameErrors } from "./names.ts";
import type { Fields } from "./strategy.ts";

/**
 * Checks a selector of the `matchLabels` / `matchExpressions` form at `field`; none is no mistake.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 */
export function selectorErrors(field: string, selector: Fields): FieldError[] {
  const expressions: Fields[] = selector?.matchExpressions ?? [];
  return [
    ...Object.entries(selector?.matchLabels ?? {}).flatMap(([key, value]) =>
      labelPairErrors(`${field}.matchLabels`, key, value),
    ),
    ...expressions.flatMap((expression, index) => expressionErrors(`${field}.matchExpressions[${index}]`, expression)),
  ];
}

function expressionErrors(field: string, { key = "", operator = "", values = [] }: Fields): FieldError[] {
  return [
    ...operatorErrors(field, operator, values),
    ...qualifiedNameErrors(key).map((why) => invalidValue(`${field}.key`, key, why)),
    ...values.flatMap((value: string, index: number) =>
      labelValueErrors(value).map((why) => invalidValue(`${field}.values[${index}]`, value, why)),
    ),
  ];
}

function operatorErrors(field: string, operator: string, values: string[]): FieldError[] {
  if (operator === "In" || operator === "NotIn") {
    const why = "must be specified when `operator` is 'In' or 'NotIn'";
    return values.length === 0 ? [requiredValue(`${field}.values`, why)] : [];
  }
  if (operator === "Exists" || operator === "DoesNotExist") {
    const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    return values.length > 0 ? [forbiddenValue(`${field}.values`, why)] : [];
  }
  return [invalidValue(`${field}.operator`, operator, "not a valid selector operator")];
}
