import { z } from "zod";
import { closest } from "../../base/closest.ts";
import type { Problem } from "./parse-document.ts";

type Issue = z.core.$ZodIssue;

/** Puts an issue of a schema into words; `values` is what was checked. One issue may hold several problems. */
export function explainIssue(issue: Issue, values: unknown, schema: z.ZodType): Problem[] {
  return explain(issue, [], { values, schema });
}

/** What was checked, and by what. */
interface Checked {
  values: unknown;
  schema: z.ZodType;
}

function explain(issue: Issue, around: Problem["path"], checked: Checked): Problem[] {
  const path = [...around, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key, checked.schema));
  if (issue.code === "invalid_key") return [{ path, aboutKey: true, message: `${pathText(path)} ${wordsOf(issue)}` }];
  if (issue.code === "invalid_union") {
    const meant = issue.errors.find(([first]) => first?.code !== "invalid_type" || first.path.length > 0);
    const inner = meant ?? issue.errors.at(-1) ?? [];
    return inner.flatMap((each) => explain(each, path, checked));
  }
  return [{ path, message: sentence(path, valueAt(checked.values, path), issue.message) }];
}

function wordsOf(issue: Extract<Issue, { code: "invalid_key" }>): string {
  return issue.issues[0]?.message ?? issue.message;
}

function sentence(path: Problem["path"], value: unknown, must: string): string {
  if (path.length === 0) return `the file ${must}`;
  if (value === undefined) return `${pathText(path)} is missing; it ${must}`;
  if (value === null) return `${pathText(path)} is empty; give it a value or leave it out`;
  return `${pathText(path)} ${must}, not ${shown(value)}`;
}

const mostShown = 60;

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
}

function unknownKey(path: Problem["path"], key: string, schema: z.ZodType): Problem {
  const known = keysAt(path, schema);
  const nearest = closest(key, known);
  const hint = nearest === undefined ? `the keys here are ${known.join(", ")}` : `did you mean ${nearest}?`;
  const where = path.length === 0 ? "" : ` in ${pathText(path)}`;
  return { path: [...path, key], aboutKey: true, message: `there is no key ${key}${where}; ${hint}` };
}

/** The keys that a map at this path may have. */
function keysAt(path: Problem["path"], schema: z.ZodType): string[] {
  let places: Place[] = [z.toJSONSchema(schema) as Place];
  for (const step of path)
    places = places
      .flatMap(({ items, properties }) => (typeof step === "number" ? items : properties?.[step]) ?? [])
      .flatMap((place) => place.anyOf ?? [place]);
  return places.flatMap(({ properties = {} }) => Object.keys(properties));
}

/** What is read of a JSON Schema. */
interface Place {
  properties?: Record<string, Place>;
  items?: Place;
  anyOf?: Place[];
}

/** Writes a path as people do: `expectations[0].from`. */
export function pathText(path: Problem["path"]): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${step}`))
    .join("");
}

function valueAt(values: unknown, path: Problem["path"]): unknown {
  let value = values;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
