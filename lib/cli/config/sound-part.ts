import type { Configuration } from "./configuration-schema.ts";
import type { Problem } from "./parse-document.ts";

/**
 * What is left of values without the parts that have problems: entries of lists become holes, so that the others keep their place, and
 * of everything else the whole key goes.
 */
export function soundPart(values: unknown, problems: Problem[]): SoundPart {
  if (typeof values !== "object" || values === null || Array.isArray(values)) return {};
  const sound = Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
    const wrong = problems.filter(({ path }) => path[0] === key).map(({ path }) => path[1]);
    if (wrong.length === 0) return [[key, value]];
    if (!Array.isArray(value) || wrong.some((index) => typeof index !== "number")) return [];
    return [[key, value.map((entry: unknown, index) => (wrong.includes(index) ? undefined : entry))]];
  });
  return Object.fromEntries(sound);
}

/** A configuration whose lists may have holes. */
export type SoundPart = {
  [Key in keyof Configuration]: NonNullable<Configuration[Key]> extends (infer Entry)[]
    ? (Entry | undefined)[] | undefined
    : Configuration[Key];
};
