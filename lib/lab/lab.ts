import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parse } from "yaml";
import { isAlive, labOf } from "./lab-handle.ts";
import type { LabHandle } from "./lab-handle.ts";
import { labFiles } from "./lab-message.ts";
import { launchLab } from "./launch-lab.ts";
import { checkFamilies, checkRequirements } from "./requirements.ts";
import { readTopology } from "./topology.ts";

export { enter, enterNode, isAlive, labOf, nodesOf } from "./lab-handle.ts";
export type { LabHandle } from "./lab-handle.ts";

export interface LabOptions {
  topologyFile: string;
  /** Made when it is not there. Holds the lab's kubeconfig and log. */
  stateDir: string;
  /** A detached lab lives until `stopLab`; any other ends with the process that started it, however that ends. */
  detached?: boolean;
  /** Is told what happens, one sentence a step. */
  log?: (line: string) => void;
  /** Ends a lab that is not ready yet. */
  signal?: AbortSignal;
}

/** A lab that runs and is ready: all nodes Ready, and the DNS of every cluster answering on its Service. */
export interface RunningLab {
  kubeconfigFile: string;
  /** `kind-NAME` for each cluster, in the topology's order. */
  contexts: string[];
  handle: LabHandle;
  /** Ends every process of the lab and waits until the last is gone. Never rejects; a second call does nothing. */
  stop(): Promise<void>;
}

export interface LabStatus {
  kubeconfigFile: string;
  contexts: string[];
  handle: LabHandle;
  logFile: string;
}

/**
 * Starts a lab and waits until it is ready. One that the state directory holds already is ended first. Throws Diagnostic: `configuration` when the topology is wrong, `broken` when the machine cannot
 * hold a lab or the lab did not come up, with the path of its log.
 */
export async function startLab(options: LabOptions): Promise<RunningLab> {
  const topologyFile = resolve(options.topologyFile);
  checkFamilies(readTopology(topologyFile));
  await checkRequirements();
  const stateDir = resolve(options.stateDir);
  await stopLab(stateDir);
  const { ready, gone } = await launchLab({ ...options, topologyFile, stateDir });
  return {
    ...ready,
    async stop() {
      await end(ready.handle);
      if (options.detached !== true) await gone;
      forget(stateDir);
    },
  };
}

/** Finds the lab of a state directory; undefined when none runs. */
export function labStatus(stateDir: string): LabStatus | undefined {
  const kubeconfigFile = join(resolve(stateDir), labFiles.kubeconfig);
  let text: string;
  try {
    text = readFileSync(kubeconfigFile, "utf8");
  } catch {
    return undefined;
  }
  const handle = labOf(text);
  if (handle === undefined || !isAlive(handle)) return undefined;
  const { contexts } = parse(text) as { contexts: { name: string }[] };
  return {
    kubeconfigFile,
    contexts: contexts.map(({ name }) => name),
    handle,
    logFile: join(resolve(stateDir), labFiles.log),
  };
}

/** Ends the lab of a state directory and waits until it is gone. Gives false when none ran. */
export async function stopLab(stateDir: string): Promise<boolean> {
  const status = labStatus(stateDir);
  if (status !== undefined) await end(status.handle);
  forget(stateDir);
  return status !== undefined;
}

async function end(handle: LabHandle): Promise<void> {
  if (isAlive(handle)) process.kill(handle.pid, "SIGKILL");
  // The kernel lets the first process of a namespace end when all others have.
  while (isAlive(handle)) await delay(5);
}

/** A kubeconfig of a lab that is gone leads nowhere. The log stays. */
function forget(stateDir: string): void {
  rmSync(join(resolve(stateDir), labFiles.kubeconfig), { force: true });
}
