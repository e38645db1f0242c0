import { enterNode } from "../../lab-handle.ts";
import { runTool } from "../../net/run-tool.ts";
import type { Command, NodeStep } from "../fault.ts";
import { fillIn } from "../fill-in.ts";
import type { LabAccess } from "../lab-access.ts";

/** Runs the commands that break a node, in order, up to the first that fails. Rejects with what that one complained about. */
export async function makeNodeStep(step: NodeStep, lab: LabAccess): Promise<void> {
  for (const command of step.make) await runOn(step.node, command, lab);
}

/** Runs all commands that mend a node. Rejects with what the failed ones complained about. */
export async function undoNodeStep(step: NodeStep, lab: LabAccess): Promise<void> {
  const failures: unknown[] = [];
  for (const command of step.undo) await runOn(step.node, command, lab).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join("; "));
}

async function runOn(node: string, command: Command, lab: LabAccess): Promise<void> {
  const words = "nft" in command ? ["nft", "-f", "-"] : command.run;
  const [program = "", ...rest] = await Promise.all(words.map((word) => fillIn(word, node, lab)));
  const input = "nft" in command ? await fillIn(command.nft, node, lab) : "";
  const { file, args } = enterNode(lab.handle, node, program, rest);
  await runTool(file, args, `${input}\n`);
}
