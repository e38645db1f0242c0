import type { Observation, Probe } from "../probe/probe.ts";
import type { Judgement } from "./expect.ts";
import type { Path } from "./path.ts";
import type { Pod } from "./place.ts";

/** Asks a pod's agent; one observation per probe in the same order, never rejects. */
export type Ask = (from: Pod, probes: Probe[]) => Promise<Observation[]>;

export interface ConvergeOptions {
  ask: Ask;
  /** How long a path may take, from its first probe, to keep its promise `inARow` times. */
  settleMs: number;
  /** Default 3. */
  inARow?: number;
  signal: AbortSignal;
}

export interface Attempt {
  probe: Probe;
  observation: Observation;
  judgement: Judgement;
}

/** All that was asked and seen on one path. */
export interface Trial {
  path: Path;
  /** Every attempt, in order. */
  attempts: Attempt[];
  /** Index of the first attempt made after convergence; absent when it never converged. */
  convergedAt?: number;
  /** From the start of the first probe to the end of the one that completed the row. */
  convergedMs?: number;
  /** What all attempts after convergence say together, where the expectation looks at them together. */
  conclusion?: Judgement;
  /** Why the path could not be asked. No attempt follows. */
  lost?: string;
  startedMs: number;
  endedMs: number;
}

const stopped = "the run was stopped before this path had its verdict";
const firstPauseMs = 100;
const longestPauseMs = 2_000;
/** Paths that want many answers are asked so many times at once. */
const chunk = 8;

/**
 * Asks every path until it keeps its promise N times in a row, then goes on asking: from there on every failure counts.
 *
 * Paths that fail are asked again, with growing pauses, until `settleMs` is over; they do not hold up the others. A path whose
 * observation was lost (`not-run`) is given up at once. Never rejects; trials come in the order of the paths.
 */
export async function converge(paths: Path[], options: ConvergeOptions): Promise<Trial[]> {
  const { inARow = 3, settleMs, signal } = options;
  const trials = paths.map((path): Trial => ({ path, attempts: [], startedMs: performance.now(), endedMs: 0 }));
  let steady = trials;
  const unsteady: Trial[] = [];
  for (let round = 0; round < inARow; round++) {
    await askOnce(steady, options);
    unsteady.push(...steady.filter((trial) => !trial.lost && lastFailed(trial)));
    steady = steady.filter((trial) => !trial.lost && !lastFailed(trial));
  }
  markConverged(steady);
  await Promise.all([hold(steady, options), settle(unsteady, { ...options, inARow })]);
  for (const trial of trials) {
    trial.endedMs = performance.now();
    if (signal.aborted && !isComplete(trial)) trial.lost ??= stopped;
  }
  return trials;

  async function settle(waiting: Trial[], settleOptions: ConvergeOptions & { inARow: number }): Promise<void> {
    let pauseMs = firstPauseMs;
    while (waiting.length > 0 && !signal.aborted) {
      await pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      await askOnce(waiting, settleOptions);
      const settled = waiting.filter((trial) => !trial.lost && row(trial) >= settleOptions.inARow);
      markConverged(settled);
      await hold(settled, settleOptions);
      waiting = waiting.filter(
        (trial) => !trial.lost && !settled.includes(trial) && performance.now() - trial.startedMs < settleMs,
      );
      // A path that answers now finishes its row without a pause; only failing ones are worth waiting for.
      if (waiting.some((trial) => !lastFailed(trial))) pauseMs = firstPauseMs;
    }
  }
}

async function hold(trials: Trial[], options: ConvergeOptions): Promise<void> {
  let open = trials.filter(({ path }) => path.expect.samples > 0);
  while (open.length > 0 && !options.signal.aborted) {
    await askOnce(open, options, (trial) => {
      const missing = trial.path.expect.samples - held(trial).length;
      return trial.path.expect.conclude ? Math.min(missing, chunk) : 1;
    });
    open = open.filter((trial) => !trial.lost && !holdIsOver(trial));
  }
  for (const trial of trials)
    if (!trial.lost && trial.path.expect.conclude)
      trial.conclusion = trial.path.expect.conclude(held(trial).map(({ observation }) => observation));
}

function isComplete(trial: Trial): boolean {
  return trial.convergedAt !== undefined && (trial.path.expect.samples === 0 || holdIsOver(trial));
}

function holdIsOver(trial: Trial): boolean {
  const attempts = held(trial);
  const { samples, enough } = trial.path.expect;
  if (attempts.length >= samples || attempts.some(({ judgement }) => !judgement.kept)) return true;
  return enough?.(attempts.map(({ observation }) => observation)) ?? false;
}

async function askOnce(trials: Trial[], { ask, signal }: ConvergeOptions, times: (trial: Trial) => number = () => 1) {
  const byAgent = Map.groupBy(trials, ({ path }) => path.from);
  let index = 0;
  await Promise.all(
    [...byAgent].map(async ([from, ofAgent]) => {
      // Each agent begins at another place of its list, so that they do not all ask the same target first.
      const start = Math.floor((ofAgent.length * index++) / byAgent.size);
      const questions = [...ofAgent.slice(start), ...ofAgent.slice(0, start)].flatMap((trial) =>
        prepare(trial, times(trial)),
      );
      const observations = await ask(
        from,
        questions.map(({ probe }) => probe),
      );
      for (const [at, { trial, probe }] of questions.entries()) record(trial, probe, observations[at], signal);
    }),
  );
}

function prepare(trial: Trial, times: number): { trial: Trial; probe: Probe }[] {
  try {
    const probe = trial.path.probe();
    return Array.from({ length: times }, () => ({ trial, probe }));
  } catch (error) {
    trial.lost = error instanceof Error ? error.message : String(error);
    return [];
  }
}

function record(trial: Trial, probe: Probe, observation: Observation | undefined, signal: AbortSignal): void {
  if (!observation || observation.outcome === "not-run") {
    trial.lost ??= signal.aborted ? stopped : (observation?.detail ?? "the agent gave no observation");
    return;
  }
  try {
    trial.attempts.push({ probe, observation, judgement: trial.path.expect.judge(observation) });
  } catch (error) {
    trial.lost = error instanceof Error ? error.message : String(error);
  }
}

/** The attempts made after convergence. */
export function held(trial: Trial): Attempt[] {
  return trial.convergedAt === undefined ? [] : trial.attempts.slice(trial.convergedAt);
}

function markConverged(trials: Trial[]): void {
  for (const trial of trials) {
    trial.convergedAt = trial.attempts.length;
    trial.convergedMs = performance.now() - trial.startedMs;
  }
}

function lastFailed(trial: Trial): boolean {
  return trial.attempts.at(-1)?.judgement.kept !== true;
}

function row(trial: Trial): number {
  const failedAt = trial.attempts.findLastIndex(({ judgement }) => !judgement.kept);
  return trial.attempts.length - 1 - failedAt;
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, durationMs);
  const stop = () => resolve();
  signal.addEventListener("abort", stop, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
}
