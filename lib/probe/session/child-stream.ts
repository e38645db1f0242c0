import { spawn } from "node:child_process";
import type { AgentStream } from "../agent-session.ts";

export interface ChildStream extends AgentStream {
  readonly pid: number | undefined;
}

/** Starts a command on this machine and gives its stdin, stdout and stderr the shape of an agent's stream. */
export function childStream(
  command: string,
  parameters: string[],
  environment: NodeJS.ProcessEnv = process.env,
): ChildStream {
  const child = spawn(command, parameters, { env: environment, stdio: "pipe" });
  child.stdout.setEncoding("utf8");
  child.stderr.setEncoding("utf8");
  // A child that is gone takes no input; its end is told by `closed`.
  child.stdin.on("error", () => undefined);
  return {
    pid: child.pid,
    write: (text) => void child.stdin.write(text),
    endInput: () => void child.stdin.end(),
    onOutput: (listener) => void child.stdout.on("data", listener),
    onErrorOutput: (listener) => void child.stderr.on("data", listener),
    closed: new Promise((resolve) => {
      child.on("error", () => resolve({ reason: "the command could not be started" }));
      child.on("close", (code, signal) =>
        resolve(code === null ? { reason: `killed by ${signal}` } : { exitCode: code, reason: "exited" }),
      );
    }),
    abort: () => void child.kill("SIGKILL"),
  };
}
