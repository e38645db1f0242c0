import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { PassThrough, type Readable } from "node:stream";
import type { ContainerProcess } from "../../model.ts";
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
  // The command must not outlive nsenter, which is the only process of it that the lab can name.
  const privileges = ["--pdeathsig=KILL", ...plan.privileges];
  const script = `${tty ? "exec 2>&1\n" : ""}${processScript({ ...plan, environment, privileges })}`;
  const fd = openScript(folder, script);
  const child = spawn(
    "nsenter",
    [`--target=${pid}`, "--mount", "--uts", "--ipc", "--net", "--pid", "--", "/bin/sh", scriptDescriptor.path],
    { env: toolEnvironment, cwd: "/", stdio: [stdin ? "pipe" : "ignore", "pipe", "pipe", "pipe", fd] },
  );
  closeSync(fd);
  const report = (child.stdio[3] as Readable).setEncoding("utf8");
  let said = "";
  report.on("data", (chunk: string) => (said += chunk));

  const input = child.stdin ?? new PassThrough().resume();
  // A command that ends before it has read its input is no error of the caller's.
  input.on("error", () => {});
  const exited = new Promise<{ code: number } | { failure: string }>((resolve) => {
    child.once("error", (error) => resolve({ failure: error.message }));
    child.once("close", (code, signal) => {
      const isStarted = said.split("\n").includes("started");
      resolve(isStarted ? { code: exitCode(code, signal) } : { failure: said.trim() || "the container has ended" });
    });
  });
  return {
    stdin: input,
    stdout: child.stdout as Readable,
    stderr: child.stderr as Readable,
    exited,
    kill: () => void child.kill("SIGKILL"),
  };
}
