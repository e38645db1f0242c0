import { closest } from "../../base/closest.ts";
import { mayBeginWith } from "../../base/glob.ts";
import { suiteOf } from "../../scenario/scenario.ts";
import type { Expected } from "../../scenario/settings.ts";
import type { Configuration } from "./configuration-schema.ts";
import { contextOf } from "./context-names.ts";
import { defaults } from "./defaults.ts";
import type { Known } from "./parse-configuration.ts";
import type { Problem } from "./parse-document.ts";
import type { SoundPart } from "./sound-part.ts";
import { unknownName, unknownPattern } from "./unknown-name.ts";

/** Finds what is wrong between values that are good by themselves. Without `known`, names of suites and scenarios are not looked at. */
export function crossProblems(values: SoundPart, known?: Known): Problem[] {
  return [
    ...twoNames(values),
    ...expectationProblems(values),
    ...portProblems(values),
    ...tolerationProblems(values),
    ...(known ? suiteProblems(values, known) : []),
    ...(known ? requiredProblems(values, known) : []),
  ];
}

/** Those entries of a list that are there, with their places in the file. */
function placed<T>(key: keyof Configuration, entries: (T | undefined)[] = []) {
  return entries.flatMap((entry, index) => (entry === undefined ? [] : [{ entry, path: [key, index] }]));
}

/** A name stands for one cluster, and a cluster is there once. */
function twoNames({ contexts }: SoundPart): Problem[] {
  const seen = new Set<string>();
  const names = placed("contexts", contexts).flatMap(({ entry, path }) => {
    if (typeof entry === "string") return [{ name: entry, path }];
    const context = { name: entry.context, path: [...path, "context"] };
    return entry.name === entry.context ? [context] : [context, { name: entry.name, path: [...path, "name"] }];
  });
  return names.flatMap(({ name, path }) => {
    const twice = seen.has(name);
    seen.add(name);
    return twice ? [{ path, message: `${name} names a cluster already; each name stands for one cluster` }] : [];
  });
}

function expectationProblems({ contexts, expectations }: SoundPart): Problem[] {
  const named = { contexts: contexts?.filter((entry) => entry !== undefined) ?? [] };
  const entries = placed("expectations", expectations).map(({ entry, path }) => ({
    ...entry,
    from: contextOf(named, entry.from),
    to: contextOf(named, entry.to),
    path,
  }));
  return [...twiceOrPointless(entries), ...disagreements(entries)];
}

interface PlacedExpectation extends Expected {
  path: Problem["path"];
}

function twiceOrPointless(entries: PlacedExpectation[]): Problem[] {
  const pairs = new Set<string>();
  return entries.flatMap(({ from, to, path }): Problem[] => {
    if (from === to && from !== "*")
      return [{ path: [...path, "to"], message: "from and to are one cluster; a cluster always reaches itself" }];
    const pair = JSON.stringify([from, to]);
    if (pairs.has(pair)) return [{ path, message: `there is an expectation from ${from} to ${to} already` }];
    pairs.add(pair);
    return [];
  });
}

/** Of two entries with "*" about one pair neither is nearer to it, so that a third one must settle what they disagree about. */
function disagreements(entries: PlacedExpectation[]): Problem[] {
  const toEvery = entries.filter(({ from, to }) => from !== "*" && to === "*");
  const fromEvery = entries.filter(({ from, to }) => from === "*" && to !== "*");
  return toEvery.flatMap(({ from, expect, path }) =>
    fromEvery
      .filter((other) => other.expect !== expect && other.to !== from)
      .filter(({ to }) => !entries.some((entry) => entry.from === from && entry.to === to))
      .map(({ to }) => ({
        path,
        message: `the entries from ${from} to "*" and from "*" to ${to} disagree; add one from ${from} to ${to}`,
      })),
  );
}

function portProblems({ ports }: SoundPart): Problem[] {
  const usual = defaults.ports.map(({ name }) => name);
  const seen = new Set<string>();
  return placed("ports", ports).flatMap(({ entry: { name, at, port }, path }): Problem[] => {
    if (seen.has(name)) return [{ path: [...path, "name"], message: `there is a row ${name} already` }];
    seen.add(name);
    if (usual.includes(name) || (at !== undefined && port !== undefined)) return [];
    const near = closest(name, usual);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    return [{ path, message: `${name} is a new row, which needs at and port${hint}` }];
  });
}

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function tolerationProblems({ tolerations }: SoundPart): Problem[] {
  return placed("tolerations", tolerations).flatMap(({ entry: { key, operator, value }, path }): Problem[] => {
    if (key === undefined && operator !== "Exists")
      return [{ path, message: "a toleration without a key must have the operator Exists" }];
    if (operator === "Exists" && value !== undefined)
      return [{ path: [...path, "value"], message: "a toleration with the operator Exists has no value" }];
    return [];
  });
}

function suiteProblems({ suites }: SoundPart, known: Known): Problem[] {
  return placed("suites", suites).flatMap(({ entry, path }) =>
    known.suites.includes(entry) ? [] : [{ path, message: unknownName("suite", entry, known.suites) }],
  );
}

function requiredProblems({ required, suites = [] }: SoundPart, known: Known): Problem[] {
  const names = [...known.suites, ...known.scenarios];
  // A suite that is misspelt may be the one that is missed.
  const isCertain = suites.length > 0 && suites.every((suite) => suite !== undefined && known.suites.includes(suite));
  return placed("required", required).flatMap(({ entry, path }): Problem[] => {
    const ofClass = known.scenarios.filter((scenario) => mayBeginWith(entry, `${scenario}/`));
    const isClass = entry.includes("*");
    if (isClass && ofClass.length === 0) return [{ path, message: unknownPattern(entry, known.scenarios) }];
    if (isClass && /^[*/]*$/.test(entry))
      return [{ path, message: `${entry} is every path; name suites or scenarios` }];
    if (!isClass && !names.includes(entry)) return [{ path, message: unknownName("suite or scenario", entry, names) }];
    const suitesOf = isClass ? ofClass.map(suiteOf) : [suiteOf(entry)];
    return isCertain && !suitesOf.some((suite) => suites.includes(suite))
      ? [{ path, message: `${entry} is required, and suites leaves it out` }]
      : [];
  });
}
