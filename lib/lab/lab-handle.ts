import { readFileSync, readlinkSync } from "node:fs";
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
  if (!isAlive(handle)) throw new Error(`The lab's process ${handle.pid} does not run any more`);
  const differs = (namespace: string) =>
    readlinkSync(`/proc/${handle.pid}/ns/${namespace}`) !== readlinkSync(`/proc/self/ns/${namespace}`);
  if (!differs("net")) return { file: command, args };
  // A namespace cannot be entered twice: without a user namespace of its own, the lab's is the caller's.
  const user = differs("user") ? ["--user", "--preserve-credentials"] : [];
  return { file: "nsenter", args: ["--target", String(handle.pid), ...user, "--net", "--", command, ...args] };
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
