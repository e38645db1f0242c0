import type { Outcome } from "../../probe/outcome.ts";
import { type Attempt, held, type Trial } from "./converge.ts";
import { duringText, sinceBegin } from "./during-words.ts";
import { sawText } from "../expect/expect.ts";
import { longestGapMs } from "./longest-gap.ts";
import { usualPace } from "./pace.ts";

const retransmissionMs = 950;
/** Applications ask again after five seconds or less; a server that only waits for a processor is not so slow. */
const slowServerMs = 2_000;
/** One lost packet can happen; a path that loses two in a dozen questions is not fine. */
const mostRetransmitted = 2;

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
 * A path that could not be asked, a time-out that the asking agent's own stall may have made, promised or not, and a denial whose control did
 * not answer are broken: they prove nothing about the network. A promise that was never kept N times in a row, or broken after that, is failed.
 */
export function rule(trial: Trial, control: Trial | undefined): Ruling {
  const last = trial.attempts.at(-1);
  const outcome = last?.observation.outcome ?? "not-run";
  if (trial.lost !== undefined) return couldNotLook(outcome, trial.lost);
  if (!last) return couldNotLook(outcome, "it was never asked");

  const { conclusion, convergedAt, path } = trial;
  if (path.gapLimitMs !== undefined && last.judgement.kept && longestGapMs(trial.attempts) <= path.gapLimitMs)
    return { verdict: "passed", flap: false, outcome, saw: duringText(trial.attempts) };
  if (convergedAt === undefined && conclusion?.kept === false) return concluded(trial, outcome, conclusion);
  const failure = tellingFailure(trial);
  if (failure) {
    const excuse = excuseOf(failure);
    if (excuse !== undefined) return couldNotLook(failure.observation.outcome, excuse);
    return failed(trial, failure, convergedAt !== undefined);
  }
  if (convergedAt === undefined) return couldNotLook(outcome, "it could not be asked often enough to tell");
  const slow = trial.attempts.filter(isRetransmitted);
  if (slow.length >= mostRetransmitted) return onlyAfterRetransmission(trial, slow);
  if (conclusion?.kept === false) return concluded(trial, outcome, conclusion);
  const doubt = path.expect.denial ? doubtOf(trial, control) : undefined;
  if (doubt !== undefined) return couldNotLook(outcome, doubt);
  const told = conclusion?.saw ?? last.judgement.saw ?? sawText(last.observation);
  const saw = path.during && trial.attempts.length > 1 ? duringText(trial.attempts) : told;
  return { verdict: "passed", flap: false, outcome, saw };
}

/**
 * Tells why a denial that was kept proves nothing; undefined when it does. Whoever is told no by a status was heard, and needs no control;
 * but where anybody says the same who knows nothing, only the control tells that somebody does.
 */
function doubtOf(trial: Trial, control: Trial | undefined): string | undefined {
  const { saysNo = false, samples } = trial.path.expect;
  const isToldNo = trial.attempts.every(({ observation }) => observation.status !== undefined && !observation.identity);
  const isControlled = control !== undefined && rule(control, undefined).verdict === "passed";
  if ((saysNo || !isToldNo) && !isControlled)
    return `its control did not come out as promised, so ${saysNo ? "that" : "the silence"} proves nothing`;
  const reliable = trial.attempts.filter((attempt) => attempt.judgement.kept && excuseOf(attempt) === undefined);
  if (reliable.length >= samples) return undefined;
  const excuse = trial.attempts.map(excuseOf).findLast((each) => each !== undefined);
  return excuse === undefined ? "it was not asked often enough to tell" : `the silence proves nothing: ${excuse}`;
}

/**
 * The failure to tell by: the last one of a path that never converged, else the first one after that, or a relapse before it. One with an
 * excuse only for want of others.
 */
function tellingFailure(trial: Trial): Attempt | undefined {
  const isBroken = ({ judgement }: Attempt) => !judgement.kept;
  const isReal = (attempt: Attempt) => isBroken(attempt) && excuseOf(attempt) === undefined;
  if (trial.convergedAt === undefined) {
    const failures = trial.attempts.filter(isBroken);
    const real = failures.filter(isReal);
    // At first a path may fail: a few such failures are no proof when all later ones have an excuse.
    return real.length >= usualPace.inARow ? real.at(-1) : failures.at(-1);
  }
  const failures = held(trial).filter(isBroken);
  return failures.find(isReal) ?? relapsesOf(trial).find(isReal) ?? failures[0];
}

/**
 * A pod or a name server that has answered has no reason to fail and then to answer again. Behind a Service that may be the
 * backends that arrive one by one.
 */
function relapsesOf({ path, attempts, convergedAt }: Trial): Attempt[] {
  if ((path.to.kind !== "pod" && path.to.kind !== "named") || path.expect.denial) return [];
  const firstKept = attempts.findIndex(({ judgement }) => judgement.kept);
  return attempts.slice(Math.max(0, firstKept), convergedAt);
}

function concluded({ excuse }: Trial, outcome: Outcome, { saw, doubt }: { saw: string; doubt?: string }): Ruling {
  const reason = excuse ?? doubt;
  return reason === undefined ? { verdict: "failed", flap: false, outcome, saw } : couldNotLook(outcome, reason);
}

/** Why an attempt says nothing about the network: a pod at fault, or the asker's own stall. Undefined for most. */
function excuseOf({ excuse, observation, probe }: Attempt): string | undefined {
  if (excuse !== undefined) return excuse;
  const { outcome, eventLoopDelayMs, eventLoopDelaysMs = eventLoopDelayMs } = observation;
  if (outcome !== "timeout" || eventLoopDelaysMs < probe.timeoutMs / 2) return undefined;
  return `the asking agent itself was stalled for ${Math.round(eventLoopDelaysMs)} ms`;
}

/**
 * The kernel sends a lost SYN again after a second, and resolvers ask again later still: such an answer has lost a packet. A name server that
 * takes even longer makes applications ask again, too.
 */
function isRetransmitted({ judgement, observation }: Attempt): boolean {
  const { connectMs = 0, lookupMs = 0, firstByteMs = 0, question, eventLoopDelayMs } = observation;
  const isLate =
    question === undefined ? Math.max(lookupMs, connectMs - lookupMs) >= retransmissionMs : firstByteMs >= slowServerMs;
  return judgement.kept && isLate && eventLoopDelayMs < retransmissionMs / 4;
}

function onlyAfterRetransmission(trial: Trial, slow: Attempt[]): Ruling {
  const isOfName = slow.some(({ observation }) => observation.question !== undefined);
  const cause = isOfName
    ? "two seconds or more to begin, as from a server that is slow"
    : "a second or more to begin, as after a lost packet";
  const saw = `answers that took ${cause}: ${slow.length} of ${trial.attempts.length}`;
  return { verdict: "failed", flap: true, outcome: "answered", saw };
}

function failed(trial: Trial, failure: Attempt, flap: boolean): Ruling {
  const saw = failure.judgement.kept ? "" : failure.judgement.saw;
  const { outcome } = failure.observation;
  if (trial.path.during)
    return {
      verdict: "failed",
      flap: trial.attempts[0]?.judgement.kept === true,
      outcome,
      saw: `${saw} ${sinceBegin(trial.attempts, failure)} after the change began; ${duringText(trial.attempts)}`,
    };
  const count = trial.attempts.length;
  const broken = count - keptCount(trial);
  const overSeconds = ((trial.endedMs - trial.startedMs) / 1000).toFixed(1);
  return {
    verdict: "failed",
    flap,
    outcome,
    saw: `${saw}; ${broken} of ${count} attempts in ${overSeconds} s${flap ? ", after it had answered as expected" : ""}`,
  };
}

function couldNotLook(outcome: Outcome, reason: string): Ruling {
  return { verdict: "broken", flap: false, outcome, saw: "nothing that can be relied on", reason };
}

function keptCount(trial: Trial): number {
  return trial.attempts.filter(({ judgement }) => judgement.kept).length;
}
