import type { PortExpectation } from "../../scenario/settings.ts";
import type { Configuration } from "./configuration-schema.ts";
import { contextOf, namedContexts } from "./context-names.ts";
import { defaults } from "./defaults.ts";

/** What holds for a run: a configuration in which everything that has a default is there. */
export type EffectiveConfiguration = Configuration &
  Required<
    Omit<
      Configuration,
      "kubeconfig" | "registry" | "imagePullSecret" | "outside" | "ingressClass" | "baseline" | "knownIssues"
    >
  > & {
    thresholds: Required<NonNullable<Configuration["thresholds"]>>;
    ports: PortExpectation[];
  };

/**
 * Merges what a file and a command line say; an option wins as a whole over the key of the file. Contexts keep the short names that
 * the file gives them, whoever names them; everywhere else short names are replaced, so that what comes back is complete by itself.
 */
export function effectiveConfiguration(file: Configuration, given: Configuration): EffectiveConfiguration {
  const short = new Map(namedContexts(file).map((named) => [named.context, named.short]));
  const named = given.contexts ? namedContexts(given) : namedContexts(file);
  const merged = {
    suites: [],
    required: [],
    nodeSelector: {},
    tolerations: [],
    ...defaults,
    ...file,
    ...given,
  };
  return {
    ...merged,
    contexts: named.map((entry) => {
      const context = contextOf(file, entry.context);
      const name = short.get(context);
      return name === undefined ? context : { name, context };
    }),
    expectations: (file.expectations ?? []).map(({ from, to, expect }) => ({
      from: contextOf(file, from),
      to: contextOf(file, to),
      expect,
    })),
    thresholds: { ...defaults.thresholds, ...file.thresholds, ...given.thresholds },
    ports: mergePorts(file.ports ?? []),
  };
}

/** The default rows, as changed, and then the new ones. */
function mergePorts(rows: NonNullable<Configuration["ports"]>): PortExpectation[] {
  const changed = defaults.ports.map((row) => ({ ...row, ...rows.find(({ name }) => name === row.name) }));
  const added = rows.filter(({ name }) => !changed.some((row) => row.name === name));
  return [...changed, ...added] as PortExpectation[];
}
