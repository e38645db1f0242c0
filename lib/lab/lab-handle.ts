import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { parse } from "yaml";

/** Names the extension of a kubeconfig's cluster that tells where its lab is. */
export const labExtension = "meshgate.dev/lab";

/** Names the first process of a lab as the host sees it; it holds all of the lab's namespaces. */
export interface LabHandle {
  pid: number;
  /** Clock ticks from the machine's start to the process's: a number that is used again does not name the lab any more. */
  startTime: number;
}

/** Finds the lab that a kubeconfig's clusters live in; undefined for clusters of any other kind. Never throws. */
export function labOf(kubeconfigText: string): LabHandle | undefined {
  const config = readYaml(kubeconfigText) as
    | { clusters?: { cluster?: { extensions?: { name?: string; extension?: Partial<LabHandle> }[] } }[] }
    | null
    | undefined;
  if (typeof config !== "object" || !Array.isArray(config?.clusters)) return undefined;
  for (const entry of config.clusters) {
    const found = entry?.cluster?.extensions?.find(({ name }) => name === labExtension)?.extension;
    if (typeof found?.pid === "number" && typeof found.startTime === "number") {
      return { pid: found.pid, startTime: found.startTime };
    }
  }
  return undefined;
}

/** Reads the line that /proc/PID/stat holds of a process. */
export function handleFromStat(stat: string): LabHandle {
  const { pid, startTime } = readStat(stat);
  return { pid, startTime };
}

/** Says whether a lab still runs. */
export function isAlive(handle: LabHandle): boolean {
  try {
    const { startTime, state } = readStat(readFileSync(`/proc/${handle.pid}/stat`, "utf8"));
    return startTime === handle.startTime && state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}

/**
 * Says how to run a command where the lab's network is the network: as the same user, on the host's files, next to the nodes. For a
 * caller who is there already, that is the command itself. Throws Error when the lab does not run.
 */
export function enter(handle: LabHandle, command: string, args: string[]): { file: string; args: string[] } {
  requireAlive(handle);
  if (!differs(handle, "net")) return { file: command, args };
  return { file: "nsenter", args: [...target(handle), "--net", "--", command, ...args] };
}

/**
 * Says how to run a command in the network of one node, with the lab's own view of /run. Throws Error when the lab does not run; a node
 * that does not exist makes the command fail.
 */
export function enterNode(
  handle: LabHandle,
  node: string,
  command: string,
  args: string[],
): { file: string; args: string[] } {
  requireAlive(handle);
  const inNode = ["nsenter", `--net=/run/netns/${node}`, "--", command, ...args];
  return { file: "nsenter", args: [...target(handle), "--mount", "--net", "--", ...inNode] };
}

/**
 * The same, for a command that is a process of the lab: it is numbered there, and ends with the lab. Throws Error when the lab does not run.
 */
export function joinNode(
  handle: LabHandle,
  node: string,
  command: string,
  args: string[],
): { file: string; args: string[] } {
  requireAlive(handle);
  const inNode = ["nsenter", `--net=/run/netns/${node}`, "--", command, ...args];
  return { file: "nsenter", args: [...target(handle), "--mount", "--pid", "--net", "--", ...inNode] };
}

/** Names the nodes of a lab. */
export function nodesOf(handle: LabHandle): string[] {
  return readdirSync(`/proc/${handle.pid}/root/run/netns`).filter((name) => !name.startsWith("pod-"));
}

function requireAlive(handle: LabHandle): void {
  if (!isAlive(handle)) throw new Error(`The lab's process ${handle.pid} does not run any more`);
}

/** A namespace cannot be entered twice: without a user namespace of its own, the lab's is the caller's. */
function target(handle: LabHandle): string[] {
  const user = differs(handle, "user") ? ["--user", "--preserve-credentials"] : [];
  return ["--target", String(handle.pid), ...user];
}

function differs(handle: LabHandle, namespace: "net" | "user"): boolean {
  return readlinkSync(`/proc/${handle.pid}/ns/${namespace}`) !== readlinkSync(`/proc/self/ns/${namespace}`);
}

function readStat(stat: string): LabHandle & { state: string | undefined } {
  // The program's name in the second field may hold anything, closing brackets too.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { pid: Number.parseInt(stat, 10), state: fields[0], startTime: Number(fields[19]) };
}

function readYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
