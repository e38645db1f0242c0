import { elementCommands } from "../element-commands.ts";
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
      elementCommands(policyTable, name, asMap(before.sets.get(name)?.elements), asMap(elements)),
    ),
    ...changed.flatMap(([name]) => [`add chain ${policyTable} ${name}`, `flush chain ${policyTable} ${name}`]),
    ...changed.flatMap(([name, rules]) => rules.map((rule) => `add rule ${policyTable} ${name} ${rule}`)),
    ...[...after.isolated].flatMap(([name, chains]) =>
      elementCommands(policyTable, name, verdicts(before, name), asVerdicts(chains)),
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
