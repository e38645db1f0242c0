import { diagnose } from "../../diagnose/diagnose.ts";
import type { Diagnose } from "./try-faults.ts";

/** Diagnoses what was seen as a run does. */
export const diagnoseSightings: Diagnose = (session, { paths, troubles }) =>
  Promise.resolve(diagnose({ results: { clusters: session.clusters, paths, troubles }, endpoints: [], confirmed: [] }));
