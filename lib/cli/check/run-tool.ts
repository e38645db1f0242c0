import { delimiter, join } from "node:path";
import { type CommandResult, runCommand } from "../../base/command.ts";

/**
 * Runs a tool to its end in the project's root, with the project's own programs first on the PATH and without colour. Never rejects.
 */
export function runTool(
  root: string,
  command: string[],
  options: { signal: AbortSignal; environment?: Record<string, string> },
): Promise<CommandResult> {
  const path = [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
  return runCommand(command, {
    directory: root,
    environment: { ...options.environment, FORCE_COLOR: undefined, NO_COLOR: "1", PATH: path },
    signal: options.signal,
  });
}
