import { closest } from "../../base/closest.ts";
import type { Configuration } from "./configuration-schema.ts";
import { namedContexts } from "./context-names.ts";
import type { ConfigurationFile } from "./parse-configuration.ts";
import type { Problem } from "./parse-document.ts";

/**
 * Checks the names of clusters in a file against the contexts that a kubeconfig has. `given` are the contexts of the command line; where
 * it names some, those of the file need not exist.
 *
 * Throws Diagnostic `configuration` that names all that is wrong at once, each with its line and column.
 */
export function requireNames(
  { values, refuse }: ConfigurationFile,
  { given, kubeconfig }: { given: readonly string[]; kubeconfig: readonly string[] },
): void {
  refuse([
    ...(given.length === 0 ? missingContexts(values, kubeconfig) : []),
    ...ambiguousNames(values, kubeconfig),
    ...unknownEnds(values, [...namesOf(values), ...given, ...kubeconfig]),
  ]);
}

function missingContexts(values: Configuration, kubeconfig: readonly string[]): Problem[] {
  return namedContexts(values).flatMap(({ context, short }, index) => {
    if (kubeconfig.includes(context)) return [];
    const path = ["contexts", index, ...(short === undefined ? [] : ["context"])];
    return [{ path, message: unknown(context, kubeconfig) }];
  });
}

/** Nobody could tell which of the two clusters is meant, and the wrong one would be tested. */
function ambiguousNames(values: Configuration, kubeconfig: readonly string[]): Problem[] {
  return namedContexts(values).flatMap(({ context, short }, index) =>
    short !== undefined && short !== context && kubeconfig.includes(short)
      ? [
          {
            path: ["contexts", index, "name"],
            message: `${short} is also the name of another context of the kubeconfig`,
          },
        ]
      : [],
  );
}

function unknownEnds({ expectations = [] }: Configuration, known: readonly string[]): Problem[] {
  return expectations.flatMap(({ from, to }, index) =>
    Object.entries({ from, to })
      .filter(([, name]) => name !== "*" && !known.includes(name))
      .map(([end, name]) => ({ path: ["expectations", index, end], message: unknown(name, known) })),
  );
}

function namesOf(values: Configuration): string[] {
  return namedContexts(values).flatMap(({ context, short }) => (short === undefined ? [context] : [short, context]));
}

function unknown(name: string, known: readonly string[]): string {
  const near = closest(name, known);
  const list = known.length === 0 ? "the kubeconfig has none" : `there are ${[...new Set(known)].join(", ")}`;
  return `there is no context ${name}; ${near === undefined ? list : `did you mean ${near}?`}`;
}
