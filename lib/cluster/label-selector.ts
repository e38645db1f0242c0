import { Diagnostic } from "../base/diagnostic.ts";

type Labels = Record<string, string>;
type Requirement = (labels: Labels) => boolean;

const key = String.raw`[\w./-]+`;
const forms: [RegExp, (key: string, values: string) => Requirement][] = [
  [
    new RegExp(`^(${key})\\s+in\\s*\\(([^()]*)\\)$`),
    (name, values) => (labels) => split(values).includes(labels[name] ?? "\0"),
  ],
  [
    new RegExp(`^(${key})\\s+notin\\s*\\(([^()]*)\\)$`),
    (name, values) => (labels) => !split(values).includes(labels[name] ?? "\0"),
  ],
  [new RegExp(`^(${key})\\s*!=\\s*([\\w.-]*)$`), (name, value) => (labels) => labels[name] !== value],
  [new RegExp(`^(${key})\\s*==?\\s*([\\w.-]*)$`), (name, value) => (labels) => labels[name] === value],
  [new RegExp(`^!\\s*(${key})()$`), (name) => (labels) => labels[name] === undefined],
  [new RegExp(`^(${key})()$`), (name) => (labels) => labels[name] !== undefined],
];

/**
 * Reads a label selector as kubectl does and returns its test; an empty selector matches everything.
 *
 * Throws Diagnostic `configuration` that names `option` for a text that is no selector.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function parseLabelSelector(selector: string, option: string): (labels: Labels) => boolean {
  // Commas inside of parentheses separate values, not requirements.
  const parts = selector.split(/,(?![^(]*\))/).map((part) => part.trim());
  if (parts.length === 1 && parts[0] === "") return () => true;
  const requirements = parts.map((part) => requirement(part, option));
  return (labels) => requirements.every((matches) => matches(labels));
}

function requirement(part: string, option: string): Requirement {
  for (const [form, make] of forms) {
    const match = form.exec(part);
    if (match !== null) return make(match[1] ?? "", match[2] ?? "");
  }
  throw new Diagnostic(
    "configuration",
    `${option} has the part ${JSON.stringify(part)}, which is not a label requirement.`,
    "Write key=value, key!=value, key, !key, key in (a, b) or key notin (a, b), separated by commas.",
  );
}

function split(values: string): string[] {
  return values.split(",").map((value) => value.trim());
}
