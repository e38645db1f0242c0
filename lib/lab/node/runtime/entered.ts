import type { ChildProcess } from "node:child_process";

/**
 * Programs by which commands were run in containers, by the container's main process. Each stands still while its command does, and is not
 * woken by the command's end; and no container can end before all of them have reaped what they started.
 */
const entered = new Map<number, Set<ChildProcess>>();
const wakeEveryMs = 100;

/** Keeps a program until it has ended. */
export function keepEntered(mainPid: number, program: ChildProcess): void {
  const programs = entered.get(mainPid) ?? new Set();
  entered.set(mainPid, programs.add(program));
  program.once("exit", () => {
    programs.delete(program);
    if (programs.size === 0) entered.delete(mainPid);
  });
}

/** Wakes those of a container whose commands are killed, until they have ended. */
export function wakeEntered(mainPid: number): void {
  for (const program of entered.get(mainPid) ?? []) wake(program);
}

/** Wakes a program whose command is killed until it has ended: it stands still again when it hears late that its command did. */
export function wake(program: ChildProcess): void {
  const timer = setInterval(() => program.kill("SIGCONT"), wakeEveryMs);
  program.once("exit", () => clearInterval(timer));
}
