import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Diagnostic } from "../base/diagnostic.ts";
import { labFiles, stayWord } from "./lab-message.ts";
import type { LabMessage } from "./lab-message.ts";
import type { LabOptions } from "./lab.ts";
import { namespaceOptions, toolPath } from "./requirements.ts";

type Ready = Extract<LabMessage, { ready: unknown }>["ready"];

/** A lab that gave no sign of life for this long has failed; a start takes a few seconds. */
const silenceMs = 60_000;

/**
 * Opens the lab's namespaces, runs its process in them and waits for what it says. `gone` resolves when every process of the lab has
 * ended; it never rejects.
 */
export async function launchLab(options: LabOptions): Promise<{ ready: Ready; gone: Promise<void> }> {
  const { stateDir, detached = false, log = () => {}, signal } = options;
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const logFile = join(stateDir, labFiles.log);
  const child = spawnLab(options, logFile);
  const gone = once(child, "exit").then(
    () => {},
    () => {},
  );
  const abort = (): void => killTree(child);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const ready = await readiness(child, logFile, log, signal);
    child.stdout?.destroy();
    if (detached) {
      child.stdin?.end(`${stayWord}\n`);
      child.unref();
    }
    return { ready, gone };
  } catch (error) {
    killTree(child);
    await gone;
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function spawnLab({ topologyFile, stateDir, detached = false }: LabOptions, logFile: string): ChildProcess {
  // The death signal is for the starter that is killed without warning; a detached lab has only its stdin to notice that by, until it stays.
  const bound = detached ? [] : ["setpriv", "--pdeathsig", "KILL"];
  const inside = [process.execPath, join(import.meta.dirname, "main.ts"), topologyFile, stateDir];
  const boot = ["sh", join(import.meta.dirname, "boot.sh"), stateDir, ...inside];
  const [file = "", ...args] = [...bound, "unshare", ...namespaceOptions(), ...boot];
  const log = openSync(logFile, "w", 0o600);
  try {
    // In a session of its own, a Ctrl-C at the terminal is for the starter alone.
    return spawn(file, args, {
      detached: true,
      stdio: ["pipe", "pipe", log],
      // Of no use to the first start in a state directory, and a fifth of a second to later ones.
      env: { NODE_COMPILE_CACHE: join(stateDir, labFiles.compileCache), ...process.env, PATH: toolPath() },
    });
  } finally {
    closeSync(log);
  }
}

async function readiness(
  child: ChildProcess,
  logFile: string,
  log: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<Ready> {
  const { promise, resolve, reject } = Promise.withResolvers<Ready>();
  const fail = (message: string): void => {
    const interrupted = signal?.aborted === true;
    reject(
      interrupted
        ? new Diagnostic("interrupted", "The lab was interrupted before it was ready.", "Start it again.")
        : new Diagnostic("broken", message, `The lab's log tells more: ${logFile}${lastLines(logFile)}`),
    );
  };
  let silence = setTimeout(fail, silenceMs, "The lab did not become ready.");
  child.once("error", (error) => fail(`The lab could not be started: ${error.message}.`));
  child.stdin?.on("error", () => {});
  if (child.stdout === null) throw new Error("the lab's stdout is a pipe");
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const message = JSON.parse(line) as LabMessage;
    if ("ready" in message) resolve(message.ready);
    if ("failed" in message) {
      const { kind, message: what, cure } = message.failed;
      reject(new Diagnostic(kind, what, `${cure}\nThe lab's log: ${logFile}`));
    }
    if ("step" in message) {
      log(message.step);
      silence = silence.refresh();
    }
  });
  lines.once("close", () => fail("The lab ended before it was ready."));
  return promise.finally(() => {
    clearTimeout(silence);
    lines.close();
  });
}

function lastLines(logFile: string): string {
  const lines = readFileSync(logFile, "utf8").trim().split("\n").slice(-5);
  return lines[0] === "" ? "" : `\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

/** Ends the namespaces' first process, by which the kernel ends all others before `child`, its parent, hears of it. */
function killTree(child: ChildProcess): void {
  const first = firstChild(child.pid);
  if (first === undefined) child.kill("SIGKILL");
  else process.kill(first, "SIGKILL");
}

function firstChild(pid: number | undefined): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return children === "" ? undefined : Number.parseInt(children, 10);
  } catch {
    return undefined;
  }
}
