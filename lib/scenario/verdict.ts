import type { Outcome } from "../probe/outcome.ts";
import { type Attempt, held, type Trial } from "./converge.ts";
import { sawText } from "./expect.ts";

/** What a trial comes to. `saw` is in words; `reason` is there for broken only. */
export interface Ruling {
  verdict: "passed" | "failed" | "broken";
  /** It kept the promise first and broke it afterwards. */
  flap: boolean;
  outcome: Outcome;
  saw: string;
  reason?: string;
}

/**
 * Rules on one path.
 *
 * A path that could not be asked, a time-out that the asking agent's own stall may have made, and a denial whose control did not answer are
 * broken: they prove nothing about the network. A promise that was never kept N times in a row, or broken after that, is failed.
 */
export function rule(trial: Trial, control: Trial | undefined): Ruling {
  const last = trial.attempts.at(-1);
  const outcome = last?.observation.outcome ?? "not-run";
  if (trial.lost !== undefined) return couldNotLook(outcome, trial.lost);
  if (!last) return couldNotLook(outcome, "it was never asked");

  const failure =
    trial.convergedAt === undefined
      ? trial.attempts.findLast(({ judgement }) => !judgement.kept)
      : held(trial).find(({ judgement }) => !judgement.kept);
  if (failure) {
    if (stalled(failure)) {
      const { eventLoopDelayMs } = failure.observation;
      return couldNotLook(
        failure.observation.outcome,
        `the asking agent itself was stalled for ${Math.round(eventLoopDelayMs)} ms`,
      );
    }
    return failed(trial, failure);
  }
  if (trial.conclusion && !trial.conclusion.kept)
    return { verdict: "failed", flap: false, outcome, saw: trial.conclusion.saw };
  if (trial.path.expect.denial && !(control && rule(control, undefined).verdict === "passed"))
    return couldNotLook(outcome, "its control did not answer, so the silence proves nothing");
  return { verdict: "passed", flap: false, outcome, saw: sawText(last.observation) };
}

function failed(trial: Trial, failure: Attempt): Ruling {
  const flap = trial.convergedAt !== undefined;
  const saw = failure.judgement.kept ? "" : failure.judgement.saw;
  const count = trial.attempts.length;
  const broken = count - keptCount(trial);
  const overSeconds = ((trial.endedMs - trial.startedMs) / 1000).toFixed(1);
  return {
    verdict: "failed",
    flap,
    outcome: failure.observation.outcome,
    saw: `${saw}; ${broken} of ${count} attempts in ${overSeconds} s${flap ? ", after it had answered as expected" : ""}`,
  };
}

function couldNotLook(outcome: Outcome, reason: string): Ruling {
  return { verdict: "broken", flap: false, outcome, saw: "nothing that can be relied on", reason };
}

function stalled({ observation, probe }: Attempt): boolean {
  return observation.outcome === "timeout" && observation.eventLoopDelayMs >= probe.timeoutMs / 2;
}

function keptCount(trial: Trial): number {
  return trial.attempts.filter(({ judgement }) => judgement.kept).length;
}
