import { spawn } from "node:child_process";
import { closeSync, constants, existsSync, openSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { wake, wakeEntered } from "./entered.ts";
import { exitCode } from "./exit-code.ts";
import { runProgram, toolEnvironment } from "./run-program.ts";
import { openScript, scriptDescriptor, type StartPlan, startScript } from "./start-script.ts";

/** The main process of a container, first in a PID namespace of its own: when it ends, the kernel ends all others in the container. */
export interface MainProcess {
  /** As the lab's PID namespace counts. */
  pid: number;
  /** Never rejects; by then all output has been read. */
  exited: Promise<number>;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

export interface Output {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
}

/** The container's process could not be made; the message is for `state.terminated`. */
export class StartError extends Error {
  override name = "StartError";
}

/**
 * Starts the main process of a container in the network namespace `netns` (a name below /run/netns). `folder` is for its output pipes.
 * Resolves when the command is about to run; rejects with StartError when it cannot.
 */
export async function startProcess(
  netns: string,
  plan: StartPlan,
  folder: string,
  output: Output,
): Promise<MainProcess> {
  const [out, err] = await openPipes(folder);
  const script = openScript(folder, startScript(plan));
  const child = spawn(
    "nsenter",
    [
      `--net=/run/netns/${netns}`,
      "unshare",
      "--mount",
      "--uts",
      "--ipc",
      "--pid",
      "--fork",
      "--kill-child",
      "sh",
      scriptDescriptor.path,
    ],
    { env: toolEnvironment, cwd: "/", stdio: ["ignore", out.write, "pipe", err.write, script] },
  );
  for (const fd of [out.write, err.write, script]) closeSync(fd);
  const drained = Promise.all([drain(out.read, output.stdout), drain(err.read, output.stderr)]);

  const failed = new Promise<never>((_resolve, reject) => child.once("error", reject));
  const ended = new Promise<number>((resolve) => child.once("exit", (code, signal) => resolve(exitCode(code, signal))));
  const report = readReport(child.stderr as Readable);
  let pid: number;
  try {
    pid = await Promise.race([report, failed]);
  } catch (error) {
    if (child.pid !== undefined) await ended;
    throw error;
  }
  let isRunning = true;
  let wasKilled = false;
  const exited = Promise.all([ended.finally(() => (isRunning = false)), drained]).then(([code]) =>
    // unshare(1) up to 2.38 fails to end by the SIGKILL that its child ended by, and ends with 1 instead.
    wasKilled && code === 1 ? exitCode(null, "SIGKILL") : code,
  );
  return {
    pid,
    exited,
    kill(signal) {
      if (!isRunning) return;
      try {
        process.kill(pid, signal);
        wasKilled ||= signal === "SIGKILL";
        if (signal !== "SIGKILL") return;
        wakeEntered(pid);
        wake(child);
      } catch {
        // It has just ended; `exited` tells.
      }
    },
  };
}

/** Real pipes, which unlike the sockets of Node's child processes can be opened again as /dev/stdout. */
async function openPipes(folder: string): Promise<[Pipe, Pipe]> {
  const paths: [string, string] = [join(folder, "stdout"), join(folder, "stderr")];
  if (!existsSync(paths[1])) await runProgram("mkfifo", ["--mode=666", ...paths]);
  return [openPipe(paths[0]), openPipe(paths[1])];
}

interface Pipe {
  read: number;
  write: number;
}

function openPipe(path: string): Pipe {
  return { read: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), write: openSync(path, constants.O_WRONLY) };
}

function drain(fd: number, write: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    new Socket({ fd, readable: true, writable: false })
      .on("data", write)
      .on("error", () => resolve())
      .on("close", () => resolve());
  });
}

/** Reads what the start script tells: gives the process's number when it has started, else rejects with all that was said. */
function readReport(stream: Readable): Promise<number> {
  const said: string[] = [];
  let pid = 0;
  return new Promise((resolve, reject) => {
    createInterface({ input: stream })
      .on("line", (line) => {
        // Number 0 would be this process's own group.
        if (line === "started" && pid > 0) resolve(pid);
        else if (line.startsWith("pid ")) pid = Number(line.slice(4));
        else said.push(line);
      })
      .on("close", () => reject(new StartError(said.join("; ") || "the container's process ended before it began")));
  });
}
