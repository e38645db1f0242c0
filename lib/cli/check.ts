import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { closest } from "../base/closest.ts";
import { Diagnostic, exitCodes } from "../base/diagnostic.ts";
import { runSteps } from "./check/run-steps.ts";
import type { Step } from "./check/step.ts";
import { checkSteps } from "./check/steps.ts";
import { onSignals } from "./signals.ts";

const root = dirname(dirname(import.meta.dirname));
const steps = checkSteps(root);

const usage = `Usage: npm run check -- [--only STEP[,STEP…]]

Steps: ${steps.map(({ name }) => name).join(", ")}.
The last line printed counts tests, and every other step as one.
`;

process.exitCode = await main(process.argv.slice(2));

/** Runs the developer's gate. Returns the exit code: 0, 1 when anything failed, 2 for wrong options, 130 when interrupted. */
async function main(args: string[]): Promise<number> {
  const abort = new AbortController();
  const forget = onSignals({
    first: () => abort.abort(),
    second: () => "stopped; the lab's processes end with this one",
  });
  try {
    const chosen = choose(args);
    if (chosen === "help") {
      process.stdout.write(usage);
      return exitCodes.passed;
    }
    const { failed } = await runSteps(chosen, { signal: abort.signal, write: (text) => process.stdout.write(text) });
    if (abort.signal.aborted) return exitCodes.interrupted;
    return failed > 0 ? exitCodes.findings : exitCodes.passed;
  } catch (error) {
    if (!(error instanceof Diagnostic)) throw error;
    process.stderr.write(`${error.message}\n${error.cure}\n`);
    return error.exitCode;
  } finally {
    forget();
  }
}

function choose(args: string[]): Step[] | "help" {
  const { only, help } = readOptions(args);
  if (help) return "help";
  const names = only.flatMap((list) => list.split(","));
  for (const name of names) requireStep(name);
  return steps.filter(({ name }) => names.length === 0 || names.includes(name));
}

function readOptions(args: string[]): { only: string[]; help: boolean } {
  try {
    const options = { only: { type: "string", multiple: true }, help: { type: "boolean" } } as const;
    const { only = [], help = false } = parseArgs({ args, options }).values;
    return { only, help };
  } catch (error) {
    throw new Diagnostic("configuration", error instanceof Error ? error.message : "wrong options", usage);
  }
}

function requireStep(name: string): void {
  const names = steps.map((step) => step.name);
  if (names.includes(name)) return;
  const nearest = closest(name, names);
  const hint = nearest === undefined ? "" : `Did you mean ${nearest}? `;
  throw new Diagnostic("configuration", `The check has no step "${name}".`, `${hint}Steps: ${names.join(", ")}.`);
}
