import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { PassThrough, type Readable } from "node:stream";
import type { ContainerProcess } from "../../model.ts";
import { keepEntered, wake } from "./entered.ts";
import { exitCode } from "./exit-code.ts";
import { toolEnvironment } from "./run-program.ts";
import { openScript, type ProcessPlan, processScript, scriptDescriptor } from "./start-script.ts";

export interface ExecPlan extends ProcessPlan {
  /** The container's main process, as the lab counts. */
  pid: number;
  /** A folder of the lab for what the process is told. */
  folder: string;
  stdin: boolean;
  tty: boolean;
}

/**
 * Runs a command in the namespaces of a running container. With `tty` stderr is joined to stdout and TERM is set, but there is no real
 * terminal. The process ends with the container at the latest.
 */
export function execProcess({ pid, folder, stdin, tty, ...plan }: ExecPlan): ContainerProcess {
  const environment = tty ? new Map([...plan.environment, ["TERM", "xterm"] as const]) : plan.environment;
  const script = openScript(folder, [...preamble(tty), processScript({ ...plan, environment })].join("\n"));
  const proc = openSync("/proc", "r");
  const child = spawn(
    "nsenter",
    [`--target=${pid}`, "--mount", "--uts", "--ipc", "--net", "--pid", "--", "/bin/sh", scriptDescriptor.path],
    { env: toolEnvironment, cwd: "/", stdio: [stdin ? "pipe" : "ignore", "pipe", "pipe", "pipe", script, proc] },
  );
  for (const fd of [script, proc]) closeSync(fd);
  keepEntered(pid, child);
  const input = child.stdin ?? new PassThrough().resume();
  // A command that ends before it has read its input is no error of the caller's.
  input.on("error", () => {});

  const said: string[] = [];
  let own = 0;
  let isStarted = false;
  let isKilled = false;
  let isOver = false;
  // Not nsenter itself: what it leaves behind would have nobody to reap it, and a container cannot end before all of it is reaped.
  const killOwn = (): void => {
    // Number 0 would be this process's own group.
    if (!isKilled || isOver || !(own > 0)) return;
    try {
      process.kill(own, "SIGKILL");
      wake(child);
    } catch {
      // It has just ended; `exited` tells.
    }
  };
  createInterface({ input: child.stdio[3] as Readable }).on("line", (line) => {
    if (line === "started") isStarted = true;
    else if (line.startsWith("pid ")) own = Number(line.slice(4));
    else said.push(line);
    killOwn();
  });
  child.once("exit", () => (isOver = true));
  const exited = new Promise<{ code: number } | { failure: string }>((resolve) => {
    child.once("error", (error) => resolve({ failure: error.message }));
    child.once("close", (code, signal) =>
      resolve(isStarted ? { code: exitCode(code, signal) } : { failure: said.join("; ") || "the container has ended" }),
    );
  });
  return {
    stdin: input,
    stdout: child.stdout as Readable,
    stderr: child.stderr as Readable,
    exited,
    kill() {
      isKilled = true;
      killOwn();
    },
  };
}

/** Tells the process's number as the lab counts, which only the lab's own /proc knows. */
function preamble(tty: boolean): string[] {
  return [
    "read -r pid rest </proc/self/fd/5/self/stat",
    'echo "pid $pid" >&3',
    "exec 5<&-",
    ...(tty ? ["exec 2>&1"] : []),
  ];
}
