import { parseAddressRange, rangeHolds } from "../../../base/address.ts";

/** The first packet of a connection, as the forward hook sees it. */
export interface Packet {
  from: string;
  to: string;
  /** `tcp`, `udp` or anything that has no ports. */
  protocol: string;
  port: number;
}

/** What an nftables table holds that was written by policy transactions, for the few words that these use. */
export interface NftTable {
  /** Throws where the kernel would refuse: what is not there, what is there already, what is still in use. */
  apply(commands: string): void;
  /** Sends a packet through the maps and chains. Throws for a rule that it cannot read. */
  passes(packet: Packet): boolean;
  /** Everything in the table; the same for the same content. */
  content(): unknown;
}

/** Makes a table with the maps that its base declares. */
export function nftTable(base: string): NftTable {
  const maps = new Map([...base.matchAll(/map (\S+) \{/g)].map(([, name = ""]) => [name, new Map<string, string>()]));
  const sets = new Map<string, Set<string>>();
  const chains = new Map<string, string[]>();

  const verbs: Record<string, (name: string, rest: string) => void> = {
    "add set": (name) => void sets.set(name, new Set()),
    "delete set": (name) => {
      refuse(
        [...chains.values()].flat().some((rule) => rule.includes(`@${name} `)),
        `${name} is in use`,
      );
      refuse(!sets.delete(name), `no set ${name}`);
    },
    "add chain": (name) => void (chains.has(name) || chains.set(name, [])),
    "flush chain": (name) => {
      refuse(!chains.has(name), `no chain ${name}`);
      chains.set(name, []);
    },
    "delete chain": (name) => {
      refuse(
        [...maps.values()].some((map) => [...map.values()].includes(`jump ${name}`)),
        `${name} is in use`,
      );
      refuse(chains.get(name)?.length !== 0 || !chains.delete(name), `no empty chain ${name}`);
    },
    "add rule": (name, rule) => {
      for (const [, set = ""] of rule.matchAll(/@(\S+)/g)) refuse(!sets.has(set), `no set ${set}`);
      chains.get(name)?.push(rule);
      refuse(!chains.has(name), `no chain ${name}`);
    },
    "add element": (name, list) => {
      for (const [key = "", verdict = ""] of elementsOf(list).map((element) => element.split(" : "))) {
        const chain = verdict.replace("jump ", "");
        refuse(
          maps.has(name) && (maps.get(name)?.has(key) !== false || !chains.has(chain)),
          `cannot add ${key} to ${name}`,
        );
        refuse(!maps.has(name) && sets.get(name)?.has(key) !== false, `cannot add ${key} to ${name}`);
        if (verdict === "") sets.get(name)?.add(key);
        else maps.get(name)?.set(key, verdict);
      }
    },
    "delete element": (name, list) => {
      for (const key of elementsOf(list))
        refuse(!(maps.get(name) ?? sets.get(name))?.delete(key), `no ${key} in ${name}`);
    },
  };

  const fits = (rule: string, packet: Packet): boolean => {
    let rest = rule;
    for (const [pattern, test] of conditions(sets, packet)) {
      for (let found = pattern.exec(rest); found !== null; found = pattern.exec(rest)) {
        if (!test(found)) return false;
        rest = rest.replace(found[0], "");
      }
    }
    refuse(!/^\s*(return( comment "[^"]*")?|counter drop)$/.test(rest), `cannot read ${rule}`);
    return true;
  };
  const passesChain = (verdict: string | undefined, packet: Packet): boolean => {
    const rules = verdict === undefined ? [] : (chains.get(verdict.replace("jump ", "")) ?? []);
    return !rules.find((rule) => fits(rule, packet))?.endsWith("drop");
  };
  return {
    apply(commands) {
      for (const line of commands.split("\n").filter(Boolean)) {
        const [, verb = "", name = "", rest = ""] = /^(\w+ \w+) inet network-policy (\S+) ?(.*)$/.exec(line) ?? [];
        const act = verbs[verb];
        if (act === undefined) throw new Error(`cannot read ${line}`);
        act(name, rest);
      }
    },
    passes: (packet) =>
      passesChain(maps.get("egress-ip")?.get(packet.from), packet) &&
      passesChain(maps.get("ingress-ip")?.get(packet.to), packet),
    content: () => ({ maps: sorted(maps), sets: sorted(sets), chains: Object.fromEntries(chains) }),
  };
}

type Condition = [pattern: RegExp, test: (found: RegExpExecArray) => boolean];

function conditions(sets: Map<string, Set<string>>, { from, to, protocol, port }: Packet): Condition[] {
  const address = (side: string | undefined): string => (side === "saddr" ? from : to);
  return [
    [
      /ip daddr \. meta l4proto \. th dport @(\S+)/,
      ([, set = ""]) => sets.get(set)?.has(`${to} . ${protocol} . ${port}`) === true,
    ],
    [/ip ([sd]addr) @(\S+)/, ([, side, set = ""]) => sets.get(set)?.has(address(side)) === true],
    [/ip ([sd]addr) != (\S+)/, ([, side, range = ""]) => !isWithin(address(side), range)],
    [/ip ([sd]addr) (\d\S*)/, ([, side, range = ""]) => isWithin(address(side), range)],
    [/meta l4proto (\w+)/, ([, wanted]) => wanted === protocol],
    [
      /th dport \{ ([^}]*) \}/,
      ([, list = ""]) =>
        list.split(", ").some((range) => {
          const [first, last = first] = range.split("-").map(Number);
          return port >= Number(first) && port <= Number(last);
        }),
    ],
  ];
}

function isWithin(address: string, range: string): boolean {
  const found = parseAddressRange(range.includes("/") ? range : `${range}-${range}`);
  return found !== undefined && rangeHolds(found, address);
}

function elementsOf(list: string): string[] {
  return list.replace(/^\{ | \}$/g, "").split(", ");
}

function sorted(holders: Map<string, Map<string, string> | Set<string>>): Record<string, string[]> {
  return Object.fromEntries([...holders].map(([name, items]) => [name, [...items].map(String).toSorted()]));
}

function refuse(when: boolean, why: string): void {
  if (when) throw new Error(why);
}
