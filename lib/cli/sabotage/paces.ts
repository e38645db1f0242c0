import type { Fault } from "../../lab/sabotage/fault.ts";
import type { Pace } from "../../scenario/run/pace.ts";

/** In a lab an answer takes milliseconds: whoever has not answered by then will not. */
const hasty: Pace = {
  settleMs: 2_500,
  inARow: 2,
  longestSettleMs: 5_000,
  fewestAttempts: 3,
  holdPauseMs: 100,
  longestProbeMs: 2_500,
  tellingMs: 500,
};

/** What comes and goes, or comes late, is only seen by who asks as a run does. */
const patient: Pace = { settleMs: 8_000, longestSettleMs: 12_000 };

/** Where everything must be green: with all the time that it may take, and in a hurry once it is. */
export const forgiving: Pace = { settleMs: 20_000, longestSettleMs: 20_000, holdPauseMs: 100 };

/** Says how patiently is asked while these faults are in place. */
export function paceOf(faults: Pick<Fault, "causes" | "verdict">[]): Pace {
  // Nobody is disturbed who has asked all that there is.
  if (faults.some(({ verdict }) => verdict === "broken")) return patient;
  const effects = faults.flatMap(({ causes }) => causes.map((cause) => cause.split(" ")[0]));
  return effects.some((effect) => effect === "lossy" || effect === "slow") ? patient : hasty;
}
