import type { Probe } from "../pod/pod-spec.ts";
import { afterAnswer, type ProbeState, untried } from "./probe-verdict.ts";

export interface ProbeLoop {
  probe: Probe;
  /** Ask again soon while the container is young. */
  isEager: boolean;
  /** Gives undefined for success, else the failure's text. Never rejects. */
  ask(): Promise<string | undefined>;
  onFailure(text: string): void;
  /** Called when the probe's verdict is there for the first time and whenever it changes. */
  onVerdict(passed: boolean): void;
}

const eagerForMs = 3000;
const eagerDelayMs = 100;

/**
 * Asks a probe again and again, beginning at once or after its initial delay, until the returned function is called.
 *
 * An eager probe differs from the kubelet's in one thing: a failure within the container's first period (at most 3 s) does not count and is
 * followed by another attempt after 100 ms, so that pods of the lab get ready as soon as they can.
 */
export function runProbe({ probe, isEager, ask, onFailure, onVerdict }: ProbeLoop): () => void {
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  const eagerUntilMs = isEager ? Date.now() + Math.min(periodMs, eagerForMs) : 0;
  let state: ProbeState = untried;
  let isStopped = false;
  let timer: NodeJS.Timeout;

  const attempt = async (): Promise<void> => {
    const beganAtMs = Date.now();
    const failure = await ask();
    if (isStopped) return;
    if (failure !== undefined && Date.now() < eagerUntilMs) {
      timer = setTimeout(() => void attempt(), eagerDelayMs);
      return;
    }
    timer = setTimeout(() => void attempt(), Math.max(0, beganAtMs + periodMs - Date.now()));
    const before = state.passed;
    state = afterAnswer(state, probe, failure === undefined);
    if (failure !== undefined) onFailure(failure);
    if (state.passed !== undefined && state.passed !== before) onVerdict(state.passed);
  };

  timer = setTimeout(() => void attempt(), (probe.initialDelaySeconds ?? 0) * 1000);
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
