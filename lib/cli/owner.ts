import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { RunOwner } from "../cluster/run/run-labels.ts";

/** Names this process so that a later clean-up can tell whether it still lives. */
export function thisProcess(): RunOwner {
  return { host: hostname(), pid: process.pid, startTime: startTimeOf(process.pid) ?? "" };
}

/** Tells whether a process of this machine lives and is the same that started then; where that cannot be told, it counts as alive. */
export function isProcessAlive({ pid, startTime }: RunOwner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  return startTime === "" || startTimeOf(pid) === startTime;
}

/** Clock ticks from boot to the start of the process; undefined where /proc is not there or the process has ended. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the command's name in parentheses, may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A process that has ended keeps its number until its parent takes notice, which a container's first process may never do.
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
