import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes } from "../base/diagnostic.ts";
import { startLab } from "../lab/lab.ts";
import { runInside } from "./inside-lab.ts";
import { onSignals } from "./signals.ts";

const topologyFile = join(import.meta.dirname, "../../fixtures/lab/two-regions.yaml");
const mainFile = join(import.meta.dirname, "main.ts");
/** Tells the command inside the lab that its clusters were not chosen by the user. */
const mark = "MESHGATE_EMBEDDED_LAB";

/** True in a process that an embedded lab was started for. */
export const onEmbeddedLab = process.env[mark] !== undefined;

/**
 * Starts a lab, runs this program inside it with `args` and options that name the lab's clusters, ends the lab, and returns the program's
 * exit code. `most` limits how many of the lab's contexts are named. Throws Diagnostic `broken` when this machine cannot hold a lab.
 */
export async function runOnEmbeddedLab(
  args: string[],
  write: (text: string) => void,
  most = Infinity,
): Promise<number> {
  write("No --context was given: this run is on the embedded lab of this machine, not on a cluster of yours.\n");
  const stateDir = mkdtempSync(join(tmpdir(), "meshgate-lab-"));
  const starting = new AbortController();
  const forgetSignals = onSignals({ first: () => starting.abort(), second: () => "the lab ends with this process" });
  try {
    const startedMs = performance.now();
    const lab = await startLab({ topologyFile, stateDir, signal: starting.signal });
    forgetSignals();
    write(
      `The lab is up after ${((performance.now() - startedMs) / 1000).toFixed(1)} s: ${lab.contexts.join(", ")}\n\n`,
    );
    try {
      const contexts = lab.contexts.slice(0, most).flatMap((context) => ["--context", context]);
      const all = [mainFile, ...args, "--kubeconfig", lab.kubeconfigFile, ...contexts];
      return await runInside(lab.handle, process.execPath, all, { [mark]: "1" });
    } finally {
      await lab.stop();
    }
  } catch (error) {
    if (starting.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    forgetSignals();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** Runs this program again with the same arguments where the lab's network is the network. */
export function runAgainInside(handle: Parameters<typeof runInside>[0], args: string[]): Promise<number> {
  return runInside(handle, process.execPath, [mainFile, ...args]);
}
