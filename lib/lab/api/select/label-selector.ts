import { badRequest } from "../status-errors.ts";

type Labels = Record<string, string>;
type Requirement = (labels: Labels) => boolean;

/**
 * Compiles a label selector as it stands in a URL: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
 *
 * An empty text selects everything. Throws a 400 ApiError for a text that is no selector.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#list-and-watch-filtering
 */
export function labelSelector(text: string): (labels: Labels | undefined) => boolean {
  const requirements = splitOutsideParentheses(text).map(requirement);
  return (labels) => requirements.every((matches) => matches(labels ?? {}));
}

/** Compiles the `matchLabels` / `matchExpressions` form. An absent selector selects nothing, an empty one everything. */
export function objectSelector(selector: ObjectSelector | undefined): (labels: Labels | undefined) => boolean {
  if (!selector) return () => false;
  const requirements = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => compare(key, "=", [value])),
    ...(selector.matchExpressions ?? []).map(({ key, operator, values }) =>
      compare(key, expressionOperators[operator] ?? "exists", values ?? []),
    ),
  ];
  return (labels) => requirements.every((matches) => matches(labels ?? {}));
}

export interface ObjectSelector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

type Operator = "=" | "!=" | "in" | "notin" | "exists" | "!";

const expressionOperators: Record<string, Operator> = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "!" };

function requirement(text: string): Requirement {
  const set = /^([^\s=!,()]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (set) {
    return compare(
      set[1]!,
      set[2] as Operator,
      set[3]!.split(",").map((value) => value.trim()),
    );
  }
  const equality = /^([^\s=!,()]+)\s*(==|=|!=)\s*([^\s=!,()]*)$/.exec(text);
  if (equality) return compare(equality[1]!, equality[2] === "!=" ? "!=" : "=", [equality[3]!]);
  const existence = /^(!?)\s*([^\s=!,()]+)$/.exec(text);
  if (existence) return compare(existence[2]!, existence[1] === "!" ? "!" : "exists", []);
  throw badRequest(`unable to parse requirement: found '${text}', expected: a label selector`);
}

function compare(key: string, operator: Operator, values: string[]): Requirement {
  const has = (labels: Labels) => Object.hasOwn(labels, key);
  const matches = (labels: Labels) => has(labels) && values.includes(labels[key]!);
  if (operator === "=" || operator === "in") return matches;
  if (operator === "!=" || operator === "notin") return (labels) => !matches(labels);
  return operator === "!" ? (labels) => !has(labels) : has;
}

function splitOutsideParentheses(text: string): string[] {
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  return parts.length === 1 && parts[0] === "" ? [] : parts;
}
