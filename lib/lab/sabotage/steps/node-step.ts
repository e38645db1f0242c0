import { enterNode, joinNode } from "../../lab-handle.ts";
import { runTool } from "../../net/run-tool.ts";
import type { Command, NodeStep } from "../fault.ts";
import { fillIn } from "../fill-in.ts";
import type { LabAccess } from "../lab-access.ts";

/** Starts a program that outlives the shell, and notes its number in a file. */
const start = 'file=$1; shift; "$@" </dev/null >/dev/null 2>&1 & echo $! > "$file"';
const stop = 'kill "$(cat "$1")" && rm "$1"';

/** Runs the commands that break a node, in order, up to the first that fails. Rejects with what that one complained about. */
export async function makeNodeStep({ node, make }: NodeStep, lab: LabAccess): Promise<void> {
  for (const command of make)
    if ("program" in command) await runScript(start, node, command.program, lab);
    else await runOn(node, command, lab);
}

/** Runs all commands that mend a node, and ends its programs. Rejects with what the failed ones complained about. */
export async function undoNodeStep({ node, make, undo }: NodeStep, lab: LabAccess): Promise<void> {
  const failures: unknown[] = [];
  const note = (error: unknown): void => void failures.push(error);
  for (const command of make) if ("program" in command) await runScript(stop, node, [], lab).catch(note);
  for (const command of undo) await runOn(node, command, lab).catch(note);
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join("; "));
}

async function runScript(script: string, node: string, words: string[], lab: LabAccess): Promise<void> {
  const { file, args } = joinNode(lab.handle, node, "sh", ["-c", script, "sh", `/run/program-of-${node}`, ...words]);
  await runTool(file, args);
}

async function runOn(node: string, command: Command, lab: LabAccess): Promise<void> {
  const words = "nft" in command ? ["nft", "-f", "-"] : command.run;
  const [program = "", ...rest] = await Promise.all(words.map((word) => fillIn(word, node, lab)));
  const input = "nft" in command ? await fillIn(command.nft, node, lab) : "";
  const { file, args } = enterNode(lab.handle, node, program, rest);
  await runTool(file, args, `${input}\n`);
}
