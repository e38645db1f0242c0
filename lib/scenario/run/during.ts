import { type Ask, stopped, type Trial } from "./converge.ts";
import { longestGapMs } from "./longest-gap.ts";
import type { Path } from "../path.ts";

/** Goes on for so long after a change is made, so that its last effects are seen. */
const afterwardsMs = 1_000;
const pauseMs = 20;

/**
 * Asks paths without pause while a change is made, and a little longer. Every answer counts: the trials come back as converged from
 * the start. A path is asked one question at a time.
 */
export async function observeDuring(
  paths: Path[],
  changing: Promise<void>,
  { ask, signal }: { ask: Ask; signal: AbortSignal },
): Promise<Trial[]> {
  const over = new AbortController();
  const end = changing.then(() => setTimeout(() => over.abort(), afterwardsMs));
  const stop = AbortSignal.any([over.signal, signal]);
  const trials = await Promise.all(
    paths.map(async (path) => {
      const trial: Trial = {
        path,
        attempts: [],
        convergedAt: 0,
        startedMs: performance.now(),
        endedMs: 0,
      };
      while (trial.lost === undefined && !signal.aborted && (!stop.aborted || isInGap(trial))) {
        await askNext(trial, ask);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      trial.endedMs = performance.now();
      if (signal.aborted) trial.lost ??= stopped;
      return trial;
    }),
  );
  await end;
  return trials;
}

function isInGap({ path: { gapLimitMs = 0 }, attempts }: Trial): boolean {
  return attempts.at(-1)?.judgement.kept === false && longestGapMs(attempts) < gapLimitMs;
}

async function askNext(trial: Trial, ask: Ask): Promise<void> {
  const { path } = trial;
  try {
    const probe = path.probe();
    const [observation] = await ask(path.from, [probe]);
    if (!observation || observation.outcome === "not-run") trial.lost = observation?.detail ?? "no observation";
    else trial.attempts.push({ probe, observation, judgement: path.expect.judge(observation) });
  } catch (error) {
    trial.lost = error instanceof Error ? error.message : "unknown error";
  }
}
