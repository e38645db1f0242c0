import { constants } from "node:os";

/** Gives the exit code that a container runtime reports: 128 and the signal's number for a process that a signal ended. */
export function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}
