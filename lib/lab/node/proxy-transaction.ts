import { elementHolders, proxyTable } from "./proxy-table.ts";
import type { ElementHolder } from "./proxy-table.ts";
import type { ServiceRules } from "./service-rules.ts";

/** All that Services add to a node's table, by the port's key. Rules that are the same object are the same rules. */
export type Ruleset = ReadonlyMap<string, ServiceRules>;

/**
 * Writes the nft commands that lead from one ruleset to another; empty when nothing differs. Only what differs is named, so that clients
 * remembered for session affinity stay remembered.
 */
export function proxyTransaction(before: Ruleset, after: Ruleset): string {
  const leaving = gather(before, after);
  const entering = gather(after, before);
  const lostChains = [...leaving.chains.keys()].filter((name) => !entering.chains.has(name));
  const lostSets = [...leaving.sets.keys()].filter((name) => !entering.sets.has(name));
  const commands = [
    ...[...entering.sets].map(
      ([name, seconds]) =>
        `add set ${proxyTable} ${name} { type ipv4_addr; flags dynamic,timeout; timeout ${seconds}s; }`,
    ),
    ...[...entering.chains.keys()].flatMap((name) => [
      `add chain ${proxyTable} ${name}`,
      `flush chain ${proxyTable} ${name}`,
    ]),
    ...[...entering.chains].flatMap(([name, rules]) => rules.map((rule) => `add rule ${proxyTable} ${name} ${rule}`)),
    ...elementHolders.flatMap((holder) => elementCommands(holder, before, after)),
    ...lostChains.map((name) => `flush chain ${proxyTable} ${name}`),
    ...lostChains.map((name) => `delete chain ${proxyTable} ${name}`),
    ...lostSets.map((name) => `delete set ${proxyTable} ${name}`),
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
function elementCommands(holder: ElementHolder, before: Ruleset, after: Ruleset): string[] {
  const elementsOf = (ruleset: Ruleset) =>
    new Map([...ruleset.values()].flatMap((rules) => [...rules.elements[holder]]));
  const old = elementsOf(before);
  const wanted = elementsOf(after);
  const changed = (from: Map<string, string>, to: Map<string, string>) =>
    [...from].filter(([key, value]) => to.get(key) !== value);
  const command = (verb: string, elements: string[]) =>
    elements.length === 0 ? [] : [`${verb} element ${proxyTable} ${holder} { ${elements.join(", ")} }`];
  return [
    ...command(
      "delete",
      changed(old, wanted).map(([key]) => key),
    ),
    ...command(
      "add",
      changed(wanted, old).map(([key, value]) => (value === "" ? key : `${key} : ${value}`)),
    ),
  ];
}
