import { InvalidArgumentError } from "commander";
import { closest } from "../base/closest.ts";
import { parseDuration } from "../base/duration.ts";
import { type FailOn, failOnKinds, usualFailOn } from "../report/compare/worse-than.ts";
import type { Toleration } from "./run-options.ts";

/** A commander argument parser for an option that may be repeated. */
export function append(value: string, previous: string[] = []): string[] {
  return [...previous, nonEmpty(value)];
}

/** A commander argument parser for a text. */
export function nonEmpty(value: string): string {
  if (value.trim() === "") throw new InvalidArgumentError("It must not be empty.");
  return value;
}

/** A commander argument parser for names separated by commas, in an option that may be repeated. */
export function appendList(value: string, previous: string[] = []): string[] {
  const names = value.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("Names are separated by single commas.");
  return [...previous, ...names];
}

/** A commander argument parser for kinds of change, separated by commas, in an option that may be repeated, or `none`. */
export function appendFailOn(value: string, previous: FailOn[]): FailOn[] {
  if (value === "none") return [];
  const kinds: readonly string[] = failOnKinds;
  const given = appendList(value).map((kind) => {
    if (kinds.includes(kind)) return kind as FailOn;
    const near = closest(kind, kinds);
    throw new InvalidArgumentError(
      `It must be none, or some of ${kinds.join(", ")}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
    );
  });
  // What stands there before the option is given for the first time is its default.
  return [...new Set([...(previous === usualFailOn ? [] : previous), ...given])];
}

/** What a timer can hold; a longer one would ring at once. */
export const longestMs = 2 ** 31 - 1;

/** A commander argument parser for durations such as `90s` or `15m`; gives milliseconds. */
export function duration(option: string, { leastMs = 0 } = {}): (value: string) => number {
  return (value) => {
    const durationMs = parseDuration(value, option);
    if (durationMs >= leastMs && durationMs <= longestMs) return durationMs;
    throw new InvalidArgumentError(durationMs > longestMs ? "It must be less than 24 days." : "It must be above 0.");
  };
}

/** A commander argument parser for a number above 0. */
export function positiveInteger(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError("It must be a whole number above 0.");
  return number;
}

/** What the beginning of a namespace's name may be. */
export const namespacePrefixRule = {
  pattern: /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/,
  text: "must be at most 40 lower case letters, digits and dashes, as in meshgate-nightly",
};

/** A commander argument parser for the beginning of a namespace's name. */
export function namespacePrefix(value: string): string {
  const { pattern, text } = namespacePrefixRule;
  if (!pattern.test(value)) throw new InvalidArgumentError(`It ${text}.`);
  return value;
}

/** A commander argument parser for `key=value[,key=value…]`, in an option that may be repeated. */
export function labels(value: string, previous: Record<string, string> = {}): Record<string, string> {
  const pairs = value.split(",").map((pair) => {
    const [key, ...rest] = pair.split("=");
    if (!key || rest.length !== 1) throw new InvalidArgumentError("It must read key=value, as in disktype=ssd.");
    return [key, rest[0] ?? ""] as const;
  });
  return { ...previous, ...Object.fromEntries(pairs) };
}

/** A commander argument parser for `key[=value][:effect]`, in an option that may be repeated. */
export function appendToleration(taint: string, previous: Toleration[] = []): Toleration[] {
  const match = /^([^=:]+)(?:=([^:]*))?(?::(NoSchedule|NoExecute|PreferNoSchedule))?$/.exec(taint);
  if (!match?.[1])
    throw new InvalidArgumentError("It must read key[=value][:effect], as in dedicated=mesh:NoSchedule.");
  const [, key, value, effect] = match;
  return [
    ...previous,
    {
      key,
      ...(value === undefined ? { operator: "Exists" as const } : { operator: "Equal" as const, value }),
      ...(effect === undefined ? {} : { effect: effect as NonNullable<Toleration["effect"]> }),
    },
  ];
}
