import type { Probe } from "../pod/pod-spec.ts";

/** Where a probe stands. */
export interface ProbeState {
  /** Undefined until the first threshold is reached. */
  passed: boolean | undefined;
  successes: number;
  failures: number;
}

export const untried: ProbeState = { passed: undefined, successes: 0, failures: 0 };

/**
 * Counts one answer. `passed` changes only when as many answers in a row as the probe's threshold asks for agree.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export function afterAnswer(state: ProbeState, probe: Probe, isSuccess: boolean): ProbeState {
  const successes = isSuccess ? state.successes + 1 : 0;
  const failures = isSuccess ? 0 : state.failures + 1;
  if (successes >= (probe.successThreshold ?? 1)) return { passed: true, successes, failures };
  if (failures >= (probe.failureThreshold ?? 3)) return { passed: false, successes, failures };
  return { ...state, successes, failures };
}
