import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { Diagnostic } from "../base/diagnostic.ts";
import { type Kubeconfig, loadKubeconfig } from "../cluster/kubeconfig/kubeconfig.ts";
import { enter, enterNode, isAlive, type LabHandle, labOf, nodesOf } from "../lab/lab.ts";

/**
 * Finds the lab whose network must be entered to reach these contexts; undefined when they are no lab's, or this process is there
 * already. Throws Diagnostic `broken` when that lab does not run any more.
 */
export function labToEnter({ sources }: Pick<Kubeconfig, "sources">, contexts: string[]): LabHandle | undefined {
  for (const source of sources) {
    const handle = labOf(textOf(source));
    if (!handle || !namesOneOf(source, contexts)) continue;
    if (!isAlive(handle))
      throw new Diagnostic("broken", `The lab of ${source} does not run any more.`, "Start one: npm run lab -- up");
    return enter(handle, "true", []).file === "true" ? undefined : handle;
  }
  return undefined;
}

function namesOneOf(path: string, contexts: string[]): boolean {
  const known = loadKubeconfig({ path, env: {}, cwd: process.cwd() }).contexts;
  return contexts.some((context) => known.includes(context));
}

/** Runs a program that a person works in, such as a shell, in the lab's network: it shares the terminal's process group. */
export function runShellInside(
  handle: LabHandle,
  shell: string,
  args: string[],
  env: Record<string, string>,
): Promise<number> {
  return runWithTerminal(enter(handle, shell, args), env, { detached: false });
}

/**
 * Runs a command in the lab's network with this process's terminal, and resolves with its exit code.
 *
 * The command is in a process group of its own: it gets each signal once, from here, whoever sent it to whom. It does not outlive
 * this process.
 */
export async function runInside(
  handle: LabHandle,
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<number> {
  const guarded = enter(handle, "setpriv", ["--pdeathsig", "HUP", "--", command, ...args]);
  return runWithTerminal(guarded, env, { detached: true });
}

/** Runs a command in the network of one of the lab's nodes. Throws Diagnostic `configuration` for a node that does not exist. */
export async function runOnNode(handle: LabHandle, node: string, command: string, args: string[]): Promise<number> {
  const nodes = nodesOf(handle);
  if (!nodes.includes(node))
    throw new Diagnostic("configuration", `The lab has no node ${node}.`, `Nodes: ${nodes.join(", ")}`);
  return runWithTerminal(enterNode(handle, node, command, args), {}, { detached: false });
}

async function runWithTerminal(
  { file, args }: { file: string; args: string[] },
  env: Record<string, string>,
  { detached }: { detached: boolean },
): Promise<number> {
  const child = spawn(file, args, { stdio: "inherit", detached, env: { ...process.env, ...env } });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  // A child in our own process group hears the terminal's Ctrl-C itself.
  const forward = (signal: NodeJS.Signals) => (detached || signal !== "SIGINT" ? child.kill(signal) : true);
  for (const signal of signals) process.on(signal, forward);
  try {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    return await promise;
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
