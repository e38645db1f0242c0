import { rmSync } from "node:fs";
import { join } from "node:path";
import type { CommandResult } from "../../base/command.ts";
import { enter, startLab } from "../../lab/lab.ts";
import { runTool } from "./run-tool.ts";
import type { StepResult } from "./step.ts";

/** Runs a command to its end inside the network of a lab. */
type RunInside = (command: string[]) => Promise<CommandResult>;

/**
 * Starts the embedded lab, hands `use` a way to run commands inside of it, and stops the lab again, whatever happened.
 *
 * Commands see MESHGATE_CONTRACT_KUBECONFIG, the path of the lab's kubeconfig. Throws a diagnostic when the lab does not start. The
 * lab's log stays when anything failed, and the output names it.
 */
export async function inLab(
  root: string,
  signal: AbortSignal,
  use: (run: RunInside) => Promise<StepResult>,
): Promise<StepResult> {
  const stateDir = join(root, `.lab/check-${process.pid}`);
  const topologyFile = join(root, "fixtures/lab/two-regions.yaml");
  const { kubeconfigFile, handle, stop } = await startLab({ topologyFile, stateDir, signal });
  let result: StepResult;
  try {
    result = await use(([program = "", ...args]) => {
      const inside = enter(handle, program, args);
      const environment = { MESHGATE_CONTRACT_KUBECONFIG: kubeconfigFile };
      return runTool(root, [inside.file, ...inside.args], { signal, environment });
    });
  } finally {
    await stop();
  }
  if (result.failed > 0) return { ...result, output: `${result.output}The lab's log is in ${stateDir}\n` };
  rmSync(stateDir, { recursive: true, force: true });
  return result;
}
