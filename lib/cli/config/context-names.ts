import type { Configuration } from "./configuration-schema.ts";

/** One cluster of a configuration file. */
export interface NamedContext {
  /** The kubeconfig's name. */
  context: string;
  /** Absent where the context has no short name. */
  short?: string;
}

/** Lists the clusters that a file names, in its order. */
export function namedContexts({ contexts = [] }: Configuration): NamedContext[] {
  return contexts.map((entry) =>
    typeof entry === "string" ? { context: entry } : { context: entry.context, short: entry.name },
  );
}

/** Gives the kubeconfig's name for a name that may be a short one. */
export function contextOf(values: Configuration, name: string): string {
  return namedContexts(values).find(({ short }) => short === name)?.context ?? name;
}
