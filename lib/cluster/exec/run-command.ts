import { Diagnostic } from "../../base/diagnostic.ts";
import type { Cluster, ExecOptions } from "../cluster.ts";

/** More than that nobody reads; the command is ended. */
const mostCharacters = 4 * 1024 * 1024;

/**
 * Runs a command in a container to its end and returns what it printed to its standard output.
 *
 * Throws ApiFailure when it may not be run, and Diagnostic `broken` when it ends with another exit code than 0, or prints more than 4 Mi characters.
 */
export async function runCommand(cluster: Cluster, options: ExecOptions): Promise<string> {
  const session = await cluster.exec(options);
  let output = "";
  let errors = "";
  session.onOutput((chunk) => {
    output += chunk;
    if (output.length > mostCharacters) session.abort();
  });
  session.onErrorOutput((chunk) => (errors = `${errors}${chunk}`.slice(-mostErrorCharacters)));
  const { exitCode, reason } = await session.closed;
  if (exitCode === 0) return output;
  const last = errors.trim().split("\n").at(-1) ?? "";
  throw new Diagnostic(
    "broken",
    `the command ${reason}${last === "" ? "" : `: ${last}`}`,
    "Run it by hand, with kubectl exec.",
  );
}

const mostErrorCharacters = 2000;
