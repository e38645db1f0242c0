import { broken, defaultSamples, denialSamples, type Expectation, kept, sawText } from "./expect.ts";
import type { Sighting } from "../question.ts";

/** Promises exactly these addresses as A or AAAA records, in any order. */
export function resolvesTo(addresses: () => string[]): Expectation {
  return answersWith(
    () => `the address${addresses().length === 1 ? "" : "es"} ${sorted(addresses()).join(", ")}`,
    (observation) => recordData(observation, ["A", "AAAA"]),
    (data) => same(data, addresses()),
  );
}

/** Promises SRV records: for each target exactly one with this port. */
export function locates(port: number, targets: () => string[]): Expectation {
  const asPairs = (data: string[]) =>
    data.map((srv) => srv.split(" ").slice(2).join(" ").toLowerCase().replace(/\.$/, ""));
  const wanted = () => targets().map((target) => `${port} ${target.toLowerCase()}`);
  return answersWith(
    () => `SRV records with port and target ${sorted(wanted()).join(", ")}`,
    (observation) => recordData(observation, ["SRV"]),
    (data) => same(asPairs(data), wanted()),
  );
}

/** Promises that the reverse name is among the PTR records. */
export function pointsTo(name: () => string): Expectation {
  const plain = (data: string) => data.toLowerCase().replace(/\.$/, "");
  return answersWith(
    () => `a PTR record ${name()}`,
    (observation) => recordData(observation, ["PTR"]),
    (data) => data.map(plain).includes(name().toLowerCase()),
  );
}

/** Promises that the name server says that the name does not exist, or that it has no such record. */
export function absent(outcome: "no-such-name" | "no-data"): Expectation {
  return {
    text: outcome === "no-such-name" ? "no such name (NXDOMAIN)" : "the name without a record of that type (no data)",
    denial: true,
    saysNo: true,
    samples: denialSamples,
    judge: (observation) => (observation.outcome === outcome ? kept : broken(sawText(observation))),
  };
}

function answersWith(
  text: () => string,
  pick: (observation: Sighting) => string[],
  matches: (data: string[]) => boolean,
): Expectation {
  return {
    get text() {
      return text();
    },
    denial: false,
    samples: defaultSamples,
    judge(observation) {
      if (observation.outcome !== "answered") return broken(sawText(observation));
      return matches(pick(observation)) ? kept : broken(sawText(observation));
    },
  };
}

function recordData(observation: Sighting, types: string[]): string[] {
  return (observation.answers ?? []).filter(({ type }) => types.includes(type)).map(({ data }) => data);
}

/** Nothing is as good as nothing: a promise of no records is none. */
function same(left: string[], right: string[]): boolean {
  return left.length > 0 && left.length === right.length && sorted(left).join() === sorted(right).join();
}

function sorted(list: string[]): string[] {
  return list.toSorted();
}
