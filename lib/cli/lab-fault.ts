import { join } from "node:path";
import { Command } from "commander";
import { closest } from "../base/closest.ts";
import { Diagnostic, exitCodes } from "../base/diagnostic.ts";
import { alignColumns } from "../base/table.ts";
import { type LabStatus, nodesOf } from "../lab/lab.ts";
import { faults } from "../lab/sabotage/catalogue.ts";
import type { Fault } from "../lab/sabotage/fault.ts";
import { makeFault, undoFault } from "../lab/sabotage/make-fault.ts";
import { readTopology } from "../lab/topology.ts";
import { parse } from "./parse-command.ts";

const topologies = join(import.meta.dirname, "../../fixtures/lab");

/**
 * Puts a fault of the catalogue in place in a lab that is up, undoes it, or lists them. `running` finds the lab. Returns the exit code. Throws
 * Diagnostic, also for a fault that nobody knows, that needs another topology, or that is in place already or not yet.
 */
export async function labFault(
  args: string[],
  running: () => LabStatus,
  write: (text: string) => void,
): Promise<number> {
  const command = new Command("npm run lab -- fault")
    .argument("[id]", "of a fault")
    .option("--undo", "end it", false)
    .option("--list", "print all faults", false)
    .helpOption("--help");
  const parsed = parse(command, args, (raw) => raw as { undo: boolean; list: boolean });
  if ("printed" in parsed) {
    write(parsed.printed);
    return exitCodes.passed;
  }
  if (parsed.options.list) {
    write(listFaults());
    return exitCodes.passed;
  }
  const fault = findFault(command.args[0]);
  const lab = running();
  checkTopology(fault, lab);
  if (parsed.options.undo) {
    await undoFault(fault, lab);
    write(`Undone: ${fault.id}\n`);
  } else {
    await makeFault(fault, lab);
    write(`In place: ${fault.breaks}\nundo        npm run lab -- fault ${fault.id} --undo\n`);
  }
  return exitCodes.passed;
}

function listFaults(): string {
  return `${alignColumns(faults.map(({ id, topology, breaks }) => [id, topology, breaks])).join("\n")}\n`;
}

function findFault(id: string | undefined): Fault {
  const found = faults.find((fault) => fault.id === id);
  if (found) return found;
  const near =
    id === undefined
      ? undefined
      : closest(
          id,
          faults.map((fault) => fault.id),
        );
  throw new Diagnostic(
    "configuration",
    id === undefined ? "lab fault needs the id of a fault" : `there is no fault ${id}`,
    near === undefined ? "List them: npm run lab -- fault --list" : `Did you mean ${near}?`,
  );
}

function checkTopology({ id, topology }: Fault, { handle }: LabStatus): void {
  const file = join(topologies, `${topology}.yaml`);
  const expected = readTopology(file).clusters.flatMap(({ nodes }) => nodes.map(({ name }) => name));
  if (expected.toSorted().join() === nodesOf(handle).toSorted().join()) return;
  throw new Diagnostic(
    "configuration",
    `the fault ${id} is one of the topology ${topology}, and another one is up`,
    `Start that one: npm run lab -- down, then up --topology fixtures/lab/${topology}.yaml`,
  );
}
