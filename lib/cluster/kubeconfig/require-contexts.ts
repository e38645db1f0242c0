import { closest } from "../../base/closest.ts";
import { Diagnostic } from "../../base/diagnostic.ts";
import { readAccess } from "./access.ts";
import type { Kubeconfig } from "./kubeconfig.ts";

const withoutCluster = "To try meshgate without a cluster, leave --context out: npm test";

/**
 * Checks that the kubeconfig defines every named context, completely and once each, before anything is asked of a cluster.
 *
 * Throws one Diagnostic `configuration` that gathers all that is wrong with all of the names.
 */
export function requireContexts(kubeconfig: Kubeconfig, names: readonly string[]): void {
  const problems: Diagnostic[] = [];
  for (const name of new Set(names)) {
    if (!kubeconfig.contexts.includes(name)) problems.push(unknownContext(kubeconfig, name));
    else if (names.filter((other) => other === name).length > 1) problems.push(duplicate(name));
    else problems.push(...incomplete(kubeconfig, name));
  }
  const [first, ...rest] = problems;
  if (first === undefined) return;
  if (rest.length === 0) throw first;
  const cures = new Set(problems.flatMap((problem) => problem.cure.split("\n")));
  throw new Diagnostic(
    "configuration",
    problems.map((problem) => problem.message).join("\n"),
    [...cures]
      .filter((line) => line !== withoutCluster)
      .concat(cures.has(withoutCluster) ? withoutCluster : [])
      .join("\n"),
  );
}

function unknownContext({ contexts, sources }: Kubeconfig, name: string): Diagnostic {
  const near = closest(name, contexts);
  const cures = [
    ...(near === undefined ? [] : [`Did you mean ${JSON.stringify(near)}?`]),
    contexts.length === 0
      ? `There is no context in ${sources.join(", ")}.`
      : `Contexts that exist: ${listed(contexts)}`,
    withoutCluster,
  ];
  return new Diagnostic(
    "configuration",
    `There is no context ${JSON.stringify(name)} in ${sources.join(", ")}.`,
    cures.join("\n"),
  );
}

const mostListed = 30;

function listed(contexts: readonly string[]): string {
  const shown = contexts.slice(0, mostListed).join(", ");
  return contexts.length > mostListed ? `${shown} and ${contexts.length - mostListed} more` : shown;
}

function duplicate(name: string): Diagnostic {
  return new Diagnostic(
    "configuration",
    `The context ${JSON.stringify(name)} is named more than once.`,
    "Name each cluster once; its traffic to itself is always part of a run.",
  );
}

function incomplete(kubeconfig: Kubeconfig, name: string): Diagnostic[] {
  try {
    readAccess(kubeconfig, name);
    return [];
  } catch (error) {
    if (error instanceof Diagnostic) return [error];
    throw error;
  }
}
