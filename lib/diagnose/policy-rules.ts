import type { Element } from "./element.ts";
import type { Hypothesis } from "./hypothesis.ts";
import type { Seen } from "./seen.ts";

/** Policies are enforced where the pod is that they select: the asker by what they say of the way out, else the asked one. */
export function policyElements(seen: Seen): Element[] {
  const { path, way } = seen;
  const { cluster } = isOfAsker(seen) ? path.from : path.to;
  const node = isOfAsker(seen) ? (way.fromNode ?? path.from.node) : (way.toNode ?? path.to.node);
  return [{ kind: "policy", cluster }, ...(node === undefined ? [] : [{ kind: "policy", cluster, node } as const])];
}

/** Which rule of which policies a path asks about, in which state of affairs; one may be followed where another is not. */
export function policyAspect(seen: Seen): string {
  const { path, way } = seen;
  const { from, to, scenario } = path;
  const isNear = from.cluster === to.cluster;
  return [scenario, way.act, path.protocol, variantOf(seen), isNear ? "near" : "far"].join(" ");
}

/** Says which rules the failures are about: `ingress by label and port, egress by label`; undefined for none of policies. */
export function rulesText({ entries }: Pick<Hypothesis, "entries">): string | undefined {
  const rules = new Map<string, Set<string>>();
  for (const entry of entries) {
    if (!("stake" in entry)) continue;
    const [scenario = "", , , variant = ""] = entry.stake.aspect.split(" ");
    const [, rule] = names.find(([of]) => of.test(variant)) ?? [];
    if (!scenario.startsWith("network-policy/") || rule === undefined) continue;
    const way = isAboutAsker(scenario) ? "egress" : "ingress";
    rules.set(way, (rules.get(way) ?? new Set()).add(rule));
  }
  if (rules.size === 0) return undefined;
  return ["ingress", "egress"]
    .flatMap((way) => (rules.has(way) ? [`${way} by ${[...(rules.get(way) ?? [])].toSorted().join(" and ")}`] : []))
    .join(", ");
}

/** By what a policy admits whom such a path is about, or does not. */
const names: readonly (readonly [RegExp, string])[] = [
  [/cluster$/, "cluster"],
  [/label$/, "label"],
  [/namespace$/, "namespace"],
  [/port$|by-address$|look-up$/, "port"],
  [/block$/, "address block"],
];

function isOfAsker({ path }: Seen): boolean {
  return isAboutAsker(path.scenario);
}

function isAboutAsker(scenario: string): boolean {
  return /\/(egress|dns-only)$/.test(scenario);
}

/** As the suite has it: `tcp-other-namespace`. */
function variantOf({ path }: Seen): string {
  return (path.id.split("/").at(-1) ?? "").replace(/-ipv6$/, "");
}
