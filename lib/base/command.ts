import { execa } from "execa";

/** How a command ended. */
export interface CommandResult {
  /** It ended with 0. */
  ok: boolean;
  /** Both streams in the order of arrival; for a command that is not ok, its last line says how it ended. */
  output: string;
}

/**
 * Runs a command without a shell and without input, to its end. Never rejects: a command that cannot be started, or is stopped by
 * the signal, is not ok.
 *
 * `environment` is added to this process's own; an undefined value takes a variable away. A command that ignores SIGTERM is killed
 * 5 s after the signal, and all of them when this process ends.
 */
export async function runCommand(
  [program = "", ...args]: string[],
  options: { directory: string; environment?: Record<string, string | undefined>; signal?: AbortSignal },
): Promise<CommandResult> {
  const { directory, environment = {}, signal } = options;
  const {
    failed,
    all,
    exitCode,
    signal: killedBy,
    code,
  } = await execa(program, args, {
    cwd: directory,
    env: environment,
    stdin: "ignore",
    all: true,
    reject: false,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  const output = all === "" ? "" : `${all}\n`;
  return failed
    ? { ok: false, output: `${output}${program} ended with ${exitCode ?? killedBy ?? code}\n` }
    : { ok: true, output };
}
