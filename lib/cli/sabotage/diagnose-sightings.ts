import { diagnoseResults } from "../diagnose-run.ts";
import type { Diagnose } from "./try-faults.ts";

/** Diagnoses what was seen as a run does. */
export const diagnoseSightings: Diagnose = ({ clusters, inquiry }, { paths, troubles }) =>
  diagnoseResults({ clusters, paths, troubles }, { inquiry, signal: AbortSignal.timeout(60_000) });
