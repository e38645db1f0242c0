import { Diagnostic, exitCodes } from "../base/diagnostic.ts";
import { faults } from "../lab/sabotage/catalogue.ts";

/** Breaks labs, and looks what turns red. Returns the exit code. Throws Diagnostic. */
export async function sabotage(args: string[], write: (text: string) => void): Promise<number> {
  if (!args.includes("--list")) throw new Diagnostic("configuration", "sabotage can only list", "Add --list.");
  write(`${faults.map(({ id, breaks }) => `${id}: ${breaks}`).join("\n")}\n`);
  return exitCodes.passed;
}
