import type { AddressFamily } from "./address-family.ts";
import { elementCommands } from "./element-commands.ts";
import { elementHolders, proxyTable } from "./proxy-table.ts";
import type { ElementHolder } from "./proxy-table.ts";
import type { ServiceRules } from "./service-rules.ts";

/** All that Services add to a node's table, by the port's key. Rules that are the same object are the same rules. */
export type Ruleset = ReadonlyMap<string, ServiceRules>;

/**
 * Writes the nft commands that lead from one ruleset to another; empty when nothing differs. Only what differs is named, so that clients
 * remembered for session affinity stay remembered.
 */
export function proxyTransaction(family: AddressFamily, before: Ruleset, after: Ruleset): string {
  const table = proxyTable(family);
  const leaving = gather(before, after);
  const entering = gather(after, before);
  const lostChains = [...leaving.chains.keys()].filter((name) => !entering.chains.has(name));
  const lostSets = [...leaving.sets.keys()].filter((name) => !entering.sets.has(name));
  const commands = [
    ...[...entering.sets].map(
      ([name, seconds]) =>
        `add set ${table} ${name} { type ${family.addressType}; flags dynamic,timeout; timeout ${seconds}s; }`,
    ),
    ...[...entering.chains.keys()].flatMap((name) => [`add chain ${table} ${name}`, `flush chain ${table} ${name}`]),
    ...[...entering.chains].flatMap(([name, rules]) => rules.map((rule) => `add rule ${table} ${name} ${rule}`)),
    ...elementHolders.flatMap((holder) =>
      elementCommands(table, holder, elementsOf(before, holder), elementsOf(after, holder)),
    ),
    ...lostChains.map((name) => `flush chain ${table} ${name}`),
    ...lostChains.map((name) => `delete chain ${table} ${name}`),
    ...lostSets.map((name) => `delete set ${table} ${name}`),
  ];
  return commands.map((command) => `${command}\n`).join("");
}

/** Collects the chains and sets of rules that are in one ruleset and not, or not the same, in the other. */
function gather(of: Ruleset, other: Ruleset): { chains: Map<string, string[]>; sets: Map<string, number> } {
  const rules = [...of].filter(([key, one]) => other.get(key) !== one).map(([, one]) => one);
  return {
    chains: new Map(rules.flatMap((one) => [...one.chains])),
    sets: new Map(rules.flatMap((one) => [...one.affinitySets])),
  };
}

/** Whole rulesets are compared here: two ports of one Service share its address. */
function elementsOf(ruleset: Ruleset, holder: ElementHolder): Map<string, string> {
  return new Map([...ruleset.values()].flatMap((rules) => [...rules.elements[holder]]));
}
