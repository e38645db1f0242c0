import type { Effect, Entry, Hypothesis } from "./hypothesis.ts";
import type { Seen, Symptom } from "./seen.ts";

/** How likely it is that a path fails as it did when nothing is wrong that anybody thought of. */
export const noise = 0.0005;
const almostNever = 0.004;
/** What chance may bring about is improbable at most. */
const improbable = 0.02;
/** A path that passes although that was less likely contradicts. */
const leastSurprising = 0.015;
const farFetched = 2;
/** As long as it takes to send a packet again. */
const lateMs = 950;
const mostTries = 20;
/** Attempts of a path until it has either converged and held, or failed. */
const usualTries = 8;

/** What the paths of a hypothesis would say if it were true. */
export interface Weighed {
  hypothesis: Hypothesis;
  /** Failed paths by index, and how likely each failure is. */
  failures: { seen: number; likelihood: number }[];
  /** Logarithm of how likely it is that all of its paths that passed do pass. */
  passing: number;
  /** Passed paths that should have failed. */
  contradicted: number[];
  /** How many of its paths passed. */
  passed: number;
  /** Whether any path that failed goes there for sure, and not only perhaps. */
  sure: boolean;
}

/** Weighs a hypothesis against all paths that have to do with it. */
export function weigh(hypothesis: Hypothesis, all: readonly Seen[]): Weighed {
  const weighed: Weighed = { hypothesis, failures: [], passing: 0, contradicted: [], passed: 0, sure: false };
  const { entries, effect } = hypothesis;
  for (let at = 0; at < entries.length;) {
    const index = entries[at]?.seen ?? 0;
    const seen = all[index];
    let passing = 1;
    let likelihood = 0;
    // All entries of one path follow each other.
    for (; entries[at]?.seen === index; at++) {
      const entry = entries[at];
      if (!entry || !seen) continue;
      const pass = passes(effect, entry, seen);
      passing *= pass;
      likelihood = Math.max(likelihood, fails(effect, entry, seen, pass));
      weighed.sure ||= seen.symptom !== undefined && !("touch" in entry && entry.touch.unsure);
    }
    if (seen?.symptom !== undefined) weighed.failures.push({ seen: index, likelihood });
    else {
      weighed.passed++;
      weighed.passing += Math.log(passing);
      if (passing < leastSurprising) weighed.contradicted.push(index);
    }
  }
  // Nothing that surely goes there failed: then it is no more than a thought.
  if (!weighed.sure) weighed.passing -= farFetched;
  return weighed;
}

function passes(effect: Effect, entry: Entry, { path, symptom }: Seen): number {
  const tries = symptom === undefined ? Math.min(Math.max(path.attempts.total, 1), mostTries) : usualTries;
  if ("stake" in entry) return missed(entry.stake.chance, tries);
  const { chance, each, unsure } = entry.touch;
  if (unsure) return 1;
  // Behind a Service a path may fail at first and pass in the end: that speaks for a part of it being broken.
  if (chance < 1 && symptom === undefined && path.attempts.asExpected < path.attempts.total) return 0.5;
  switch (effect) {
    case "lossy":
      return 0.3;
    case "slow":
      // A slow answer is no contradiction where it was quick enough to pass.
      if (symptom === undefined && (path.timings.latencyMaxMs ?? 0) >= lateMs) return 1;
      return chance < 1 ? 0.5 : 0.05;
    case "stale":
      return 0.05;
    default:
      return each ? almostNever : missed(chance, path.scenario === "services/session-affinity" ? 1 : tries);
  }
}

function missed(chance: number, tries: number): number {
  return chance >= 1 ? almostNever : Math.max(improbable, (1 - chance) ** tries);
}

function fails(effect: Effect, entry: Entry, seen: Seen, passing: number): number {
  if (seen.symptom === undefined) return 0;
  if ("stake" in entry) return (1 - passing) * 0.9 * (effect === "wrong" && isStaleLike(seen) ? 0.1 : 1);
  const { unsure, chance, port } = entry.touch;
  const failing = unsure ? 0.15 : 1 - passing;
  const isLookUp = port === 53 && seen.way.rung !== "dns";
  const own = isLookUp ? lookUpShares[seen.symptom] : chance < 1 ? spreadShares[effect]?.[seen.symptom] : undefined;
  const share = own ?? shares[effect][seen.symptom] ?? 0.002;
  return failing * share * partly(effect, seen, chance < 1);
}

/** What is led wrong fails always; what fails at times meets something that is gone. */
function isStaleLike({ partly: isPartly, symptom }: Seen): boolean {
  return isPartly && (symptom === "refused" || symptom === "silent");
}

/** A way that only some attempts take fails some attempts only. */
function partly(effect: Effect, { partly: isPartly, symptom, path }: Seen, isSpread: boolean): number {
  const isWithoutWay = path.attempts.lastUnexpected?.outcome === "unreachable";
  if (effect === "lossy") return (isPartly ? 0.9 : 0.1) * (isWithoutWay ? 0.1 : 1);
  if (effect === "stale") return isPartly ? 0.9 : 0.05;
  if (effect === "slow" || symptom === "late" || symptom === "absent") return 1;
  if (isSpread) return isPartly ? 0.8 : 0.2;
  return isPartly ? 0.05 : 0.95;
}

type Shares = Partial<Record<Symptom, number>>;

const silence: Shares = { silent: 0.93, refused: 0.01, late: 0.02, absent: 0.05, "server-failure": 0.01, gateway: 0.3 };
const shares: Record<Effect, Shares> = {
  lost: silence,
  "too-large": { ...silence, refused: 0.05 },
  refused: { refused: 0.93, silent: 0.03, late: 0.01, absent: 0.05, "server-failure": 0.03, gateway: 0.3 },
  lossy: { silent: 0.6, late: 0.4, refused: 0.03, absent: 0.02, "server-failure": 0.05, gateway: 0.1 },
  slow: { late: 0.7, silent: 0.3, "server-failure": 0.1 },
  stale: { silent: 0.5, refused: 0.45, late: 0.4 },
  wrong: {},
  missing: {},
  open: {},
};

/** A packet that is sent again may be led to another backend, or asked of another server: then the answer is late. */
const spreadShares: Partial<Record<Effect, Shares>> = {
  lost: { silent: 0.6, late: 0.4 },
  stale: { silent: 0.4, refused: 0.4, late: 0.4 },
};

/** Resolvers tell in their own words that no server answered. */
const lookUpShares: Shares = { "server-failure": 0.5 };
