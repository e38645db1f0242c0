import type { Judgement } from "../expect/expect.ts";
import type { Path } from "../path.ts";
import { type Pace, usualPace } from "./pace.ts";
import type { Asker } from "../place.ts";
import type { Question, Sighting } from "../question.ts";

/** Asks from one place; one sighting per question in the same order, never rejects. */
export type Ask = (from: Asker, questions: Question[]) => Promise<Sighting[]>;

export interface ConvergeOptions extends Pace {
  ask: Ask;
  /** Whether something was changed just before, so that to fail at first is no sign of trouble. */
  afterChange?: boolean;
  signal: AbortSignal;
}

export interface Attempt {
  probe: Question;
  observation: Sighting;
  judgement: Judgement;
  /** Why it says nothing about the network: one of the pods was at fault at that time. */
  excuse?: string;
}

/** All that was asked and seen on one path. */
export interface Trial {
  path: Path;
  /** Every attempt, in order. */
  attempts: Attempt[];
  /** Index of the first attempt made after convergence; absent when it never converged. */
  convergedAt?: number;
  /** From the start of the first attempt to the end of the one that completed the row. */
  convergedMs?: number;
  /**
   * What all attempts after convergence say together, where the expectation looks at them together; of a path that was given up, those
   * that it kept last.
   */
  conclusion?: Judgement;
  /** Why the conclusion says nothing about the network. */
  excuse?: string;
  /** Why the path could not be asked. No attempt follows. */
  lost?: string;
  /** When the first attempt began; before that, when the path was taken up. */
  startedMs: number;
  endedMs: number;
}

/** Why a trial that was cut short proves nothing. */
export const stopped = "the run was stopped before this path had its verdict";
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
  const { inARow, settleMs, longestSettleMs, fewestAttempts, signal } = { ...usualPace, ...options };
  const trials = paths.map((path): Trial => ({ path, attempts: [], startedMs: performance.now(), endedMs: 0 }));
  let steady = trials;
  const unsteady: Trial[] = [];
  for (let round = 0; round < inARow; round++) {
    await askOnce(steady, options);
    unsteady.push(...steady.filter((trial) => !trial.lost && lastFailed(trial)));
    steady = steady.filter((trial) => !trial.lost && !lastFailed(trial));
  }
  unsteady.push(...steady.filter((trial) => !isSettled(trial)));
  steady = steady.filter(isSettled);
  markConverged(steady);
  await Promise.all([hold(steady, options), settle(unsteady, { ...options, inARow })]);
  for (const trial of trials) {
    trial.endedMs = performance.now();
    if (signal.aborted && !isComplete(trial, options)) trial.lost ??= stopped;
  }
  return trials;

  async function settle(waiting: Trial[], settleOptions: ConvergeOptions & { inARow: number }): Promise<void> {
    let pauseMs = firstPauseMs;
    const holding: Promise<void>[] = [];
    while (waiting.length > 0 && !signal.aborted) {
      await pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      await askOnce(waiting, settleOptions, ({ path }) => (path.expect.settled ? chunk : 1));
      const settled = waiting.filter((trial) => !trial.lost && row(trial) >= settleOptions.inARow && isSettled(trial));
      markConverged(settled);
      // Those that still wait are not held up by those that have arrived.
      holding.push(hold(settled, settleOptions));
      const open = waiting.filter((trial) => !trial.lost && !settled.includes(trial));
      for (const trial of open.filter(isGivenUp)) concludeRow(trial);
      waiting = open.filter((trial) => !isGivenUp(trial));
      // A path that answers now finishes its row without a pause; only failing ones are worth waiting for.
      if (waiting.some(isFinishingRow)) pauseMs = firstPauseMs;
    }
    await Promise.all(holding);
  }

  function isGivenUp(trial: Trial): boolean {
    const { attempts, startedMs, path } = trial;
    // A row that has begun is worth its end; and too few answers tell nothing about who never answers.
    if (isFinishingRow(trial)) return false;
    const mayTakeMs = Math.min(path.settleMs ?? settleMs, longestSettleMs);
    return attempts.length >= fewestAttempts && performance.now() - startedMs >= mayTakeMs;
  }
}

/** Silence costs a time-out each time, for which those that answer need not wait. */
async function hold(trials: Trial[], options: ConvergeOptions): Promise<void> {
  const [denied, answering] = [true, false].map((denial) => trials.filter(({ path }) => path.expect.denial === denial));
  await Promise.all([holdTogether(denied ?? [], options), holdTogether(answering ?? [], options)]);
}

async function holdTogether(trials: Trial[], options: ConvergeOptions): Promise<void> {
  let open = trials.filter((trial) => wantedSamples(trial, options) > 0);
  while (open.length > 0 && !options.signal.aborted) {
    const spread = open.some(({ path }) => !path.expect.conclude);
    if (spread) await pause(options.holdPauseMs ?? usualPace.holdPauseMs, options.signal);
    await askOnce(open, options, (trial) => {
      const missing = wantedSamples(trial, options) - held(trial).length;
      return trial.path.expect.conclude ? Math.min(missing, chunk) : 1;
    });
    open = open.filter((trial) => !trial.lost && !holdIsOver(trial, options));
  }
  for (const trial of trials)
    if (!trial.lost && trial.path.expect.conclude)
      trial.conclusion = trial.path.expect.conclude(held(trial).map(({ observation }) => observation));
}

/** A path that failed before it converged is looked at twice as long, unless it had to change. */
function wantedSamples({ path, attempts, convergedAt }: Trial, { afterChange = false }: ConvergeOptions): number {
  const failedBefore = !afterChange && attempts.slice(0, convergedAt).some(({ judgement }) => !judgement.kept);
  return path.expect.samples * (failedBefore ? 2 : 1);
}

function isComplete(trial: Trial, options: ConvergeOptions): boolean {
  return trial.convergedAt !== undefined && (wantedSamples(trial, options) === 0 || holdIsOver(trial, options));
}

function holdIsOver(trial: Trial, options: ConvergeOptions): boolean {
  const attempts = held(trial);
  const { enough } = trial.path.expect;
  if (attempts.length >= wantedSamples(trial, options) || attempts.some(({ judgement }) => !judgement.kept))
    return true;
  return enough?.(attempts.map(({ observation }) => observation)) ?? false;
}

async function askOnce(trials: Trial[], options: ConvergeOptions, times: (trial: Trial) => number = () => 1) {
  const { ask, signal, longestProbeMs = usualPace.longestProbeMs } = options;
  const byAgent = Map.groupBy(trials, ({ path }) => path.from);
  let index = 0;
  await Promise.all(
    [...byAgent].map(async ([from, ofAgent]) => {
      // Each agent begins at another place of its list, so that they do not all ask the same target first.
      const start = Math.floor((ofAgent.length * index++) / byAgent.size);
      const questions = [...ofAgent.slice(start), ...ofAgent.slice(0, start)].flatMap((trial) =>
        prepare(trial, times(trial), longestProbeMs),
      );
      const observations = await ask(
        from,
        questions.map(({ probe }) => probe),
      );
      for (const [at, { trial, probe }] of questions.entries()) record(trial, probe, observations[at], signal);
    }),
  );
}

function prepare(trial: Trial, times: number, longestProbeMs: number): { trial: Trial; probe: Question }[] {
  try {
    const asked = trial.path.probe();
    const probe = asked.timeoutMs > longestProbeMs ? { ...asked, timeoutMs: longestProbeMs } : asked;
    return Array.from({ length: times }, () => ({ trial, probe }));
  } catch (error) {
    trial.lost = error instanceof Error ? error.message : String(error);
    return [];
  }
}

function record(trial: Trial, probe: Question, observation: Sighting | undefined, signal: AbortSignal): void {
  if (!observation || observation.outcome === "not-run") {
    trial.lost ??= signal.aborted ? stopped : (observation?.detail ?? "the agent gave no observation");
    return;
  }
  // What it waited in a queue is no time that the path had.
  if (trial.attempts.length === 0) trial.startedMs = performance.now() - observation.durationMs;
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

/** A path that answers and yet never shows all that is promised has no failure of its own to tell by. */
function concludeRow(trial: Trial): void {
  const { expect } = trial.path;
  const answers = lastRow(trial);
  const conclusion = answers.length >= expect.samples ? expect.conclude?.(answers) : undefined;
  if (conclusion) trial.conclusion = conclusion;
}

function isFinishingRow(trial: Trial): boolean {
  const { settled, samples } = trial.path.expect;
  return !lastFailed(trial) && (settled === undefined || row(trial) < samples);
}

function isSettled(trial: Trial): boolean {
  return trial.path.expect.settled?.(lastRow(trial)) ?? true;
}

function lastRow(trial: Trial): Sighting[] {
  const { length } = trial.attempts;
  return trial.attempts.slice(length - row(trial)).map(({ observation }) => observation);
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
