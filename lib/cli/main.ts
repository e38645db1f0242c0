import { Diagnostic, exitCodes } from "../base/diagnostic.ts";
import { bench } from "./bench.ts";
import { cleanup } from "./cleanup.ts";
import { diff } from "./diff.ts";
import { exitNow } from "./exit-now.ts";
import { lab } from "./lab.ts";
import { report } from "./report.ts";
import { sabotage } from "./sabotage.ts";
import { test } from "./test.ts";
import { trend } from "./trend.ts";

/** A command gets its own arguments and returns the exit code; it throws Diagnostic for what the user can mend. */
type Command = (args: string[], write: (text: string) => void) => Promise<number>;

const commands: Record<string, Command> = { bench, cleanup, diff, lab, report, sabotage, trend };

// Whoever read along may go away, with the terminal or the end of a pipe; a run goes on to its end, and cleans up.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const [name = "", ...rest] = process.argv.slice(2);
const command = commands[name];
exitNow(await (command ? carryOut(command, rest) : carryOut(test, process.argv.slice(2))));

async function carryOut(chosen: Command, args: string[]): Promise<number> {
  try {
    return await chosen(args, (text) => process.stdout.write(text));
  } catch (error) {
    const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
    return Math.max(...errors.map(tell));
  }
}

/** Prints what went wrong, and returns the exit code that it stands for. */
function tell(error: unknown): number {
  if (error instanceof Diagnostic) {
    process.stderr.write(`meshgate: ${error.message}\n${indent(error.cure)}\n`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : "an unknown error";
  process.stderr.write(`meshgate itself failed: ${message}\n${indent("Please report it, with the command.")}\n`);
  return exitCodes.broken;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
