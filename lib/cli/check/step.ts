/** What a step of the check comes to. */
export interface StepResult {
  passed: number;
  failed: number;
  skipped: number;
  /** All that the step printed; shown when it failed. */
  output: string;
}

/** One step of the check. `run` resolves also when the step fails; it rejects only for what is no result, such as an abort. */
export interface Step {
  name: string;
  /** Cheap and independent of the others, so that it may run beside them. */
  parallel: boolean;
  run(signal: AbortSignal): Promise<StepResult>;
}
