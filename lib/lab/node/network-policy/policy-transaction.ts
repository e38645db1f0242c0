import type { PolicyRuleset } from "./policy-rules.ts";
import { policyTable } from "./policy-table.ts";

/**
 * Writes the nft commands that lead from one ruleset to another; empty when nothing differs. Sets lose and gain single elements, and only
 * chains whose rules differ are written anew.
 */
export function policyTransaction(before: PolicyRuleset, after: PolicyRuleset): string {
  const changed = [...after.chains].filter(([name, rules]) => !sameList(before.chains.get(name), rules));
  const lostChains = [...before.chains.keys()].filter((name) => !after.chains.has(name));
  const lostSets = [...before.sets.keys()].filter((name) => !after.sets.has(name));
  const commands = [
    ...[...after.sets]
      .filter(([name]) => !before.sets.has(name))
      .map(([name, { type }]) => `add set ${policyTable} ${name} { type ${type}; }`),
    ...[...after.sets].flatMap(([name, { elements }]) =>
      elementCommands(name, asMap(before.sets.get(name)?.elements), asMap(elements)),
    ),
    ...changed.flatMap(([name]) => [`add chain ${policyTable} ${name}`, `flush chain ${policyTable} ${name}`]),
    ...changed.flatMap(([name, rules]) => rules.map((rule) => `add rule ${policyTable} ${name} ${rule}`)),
    ...[...after.isolated].flatMap(([name, chains]) =>
      elementCommands(name, verdicts(before, name), asVerdicts(chains)),
    ),
    ...lostChains.map((name) => `flush chain ${policyTable} ${name}`),
    ...lostChains.map((name) => `delete chain ${policyTable} ${name}`),
    ...lostSets.map((name) => `delete set ${policyTable} ${name}`),
  ];
  return commands.map((command) => `${command}\n`).join("");
}

function sameList(one: string[] | undefined, other: string[]): boolean {
  return one?.length === other.length && one.every((text, index) => text === other[index]);
}

function asMap(elements: Set<string> = new Set()): Map<string, string> {
  return new Map([...elements].map((element) => [element, ""]));
}

function verdicts({ isolated }: PolicyRuleset, name: string): Map<string, string> {
  return asVerdicts(isolated.get(name) ?? new Map());
}

function asVerdicts(chains: Map<string, string>): Map<string, string> {
  return new Map([...chains].map(([address, chain]) => [address, `jump ${chain}`]));
}

function elementCommands(holder: string, old: Map<string, string>, wanted: Map<string, string>): string[] {
  const changed = (from: Map<string, string>, to: Map<string, string>) =>
    [...from].filter(([key, value]) => to.get(key) !== value);
  const command = (verb: string, elements: string[]) =>
    elements.length === 0 ? [] : [`${verb} element ${policyTable} ${holder} { ${elements.join(", ")} }`];
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
