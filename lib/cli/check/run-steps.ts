import { formatDuration } from "../../base/duration.ts";
import type { Step, StepResult } from "./step.ts";

/** Two cores are what the smallest machines have that this runs on. */
const concurrency = 2;

/**
 * Runs steps, parallel ones two at a time and before all others, and prints a line for each as it ends, with the whole output of a
 * failing one below. Returns the sums; the totals are the last line printed.
 *
 * A step that throws counts as one failure. After an abort no further step is started.
 */
export async function runSteps(
  steps: Step[],
  options: { signal: AbortSignal; write: (text: string) => void },
): Promise<Omit<StepResult, "output">> {
  const { signal, write } = options;
  const nameWidth = Math.max(...steps.map(({ name }) => name.length));
  const sums = { passed: 0, failed: 0, skipped: 0 };

  const waiting = steps.filter(({ parallel }) => parallel);
  await Promise.all(Array.from({ length: concurrency }, runWaiting));
  for (const step of steps.filter(({ parallel }) => !parallel)) if (!signal.aborted) await runStep(step);
  write(`${sums.passed} passed, ${sums.failed} failed, ${sums.skipped} skipped\n`);
  return sums;

  async function runWaiting(): Promise<void> {
    for (let step = waiting.shift(); step && !signal.aborted; step = waiting.shift()) await runStep(step);
  }

  async function runStep(step: Step): Promise<void> {
    const startedMs = performance.now();
    const result = await step.run(signal).catch(thrown);
    const time = formatDuration(performance.now() - startedMs);
    write(`${step.name.padEnd(nameWidth)}   ${outcome(step, result).padEnd(34)}   ${time}\n`);
    if (result.failed > 0) write(`\n${result.output.trimEnd()}\n\n`);
    sums.passed += result.passed;
    sums.failed += result.failed;
    sums.skipped += result.skipped;
  }
}

function outcome({ parallel }: Step, { passed, failed, skipped }: StepResult): string {
  if (parallel) return failed > 0 ? "failed" : "passed";
  const parts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return parts.join(", ");
}

function thrown(error: unknown): StepResult {
  const cure = error instanceof Error && "cure" in error ? `\n${String(error.cure)}` : "";
  return {
    passed: 0,
    failed: 1,
    skipped: 0,
    output: `${error instanceof Error ? error.message : String(error)}${cure}`,
  };
}
