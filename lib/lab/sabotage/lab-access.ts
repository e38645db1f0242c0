import type { LabStatus } from "../lab.ts";

/** What is needed of a lab that is up to break it. */
export type LabAccess = Pick<LabStatus, "handle" | "kubeconfigFile">;
