import { closest } from "../../base/closest.ts";

/** Says that there is no such name, and which one may have been meant. */
export function unknownName(kind: string, name: string, names: readonly string[]): string {
  const near = closest(name, names);
  return `there is no ${kind} ${name}; ${near === undefined ? "--list prints all of them" : `did you mean ${near}?`}`;
}

/** Says that no scenario has a path that a pattern of ids could describe, and which scenario may have been meant. */
export function unknownPattern(pattern: string, scenarios: readonly string[]): string {
  const beginning = pattern.split("/").slice(0, 2).join("/");
  const near = closest(beginning, scenarios);
  const hint = near === undefined ? "--list prints all scenarios" : `did you mean ${near}/…?`;
  return `no scenario has paths like ${pattern}; ${hint}`;
}
