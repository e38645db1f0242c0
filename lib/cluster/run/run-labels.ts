/** Labels and annotations by which everything that belongs to a run is found again. */
export const runLabels = {
  managedBy: "app.kubernetes.io/managed-by",
  run: "meshgate.dev/run",
} as const;

export const runAnnotations = {
  startedAt: "meshgate.dev/started-at",
  owner: "meshgate.dev/owner",
  heartbeat: "meshgate.dev/heartbeat",
} as const;

export const managedBy = "meshgate";

/** The process that a run belongs to. */
export interface RunOwner {
  /** Name of a machine, or of the container that has its own process ids. */
  host: string;
  pid: number;
  /** When the process started, in whatever unit tells a reused pid apart. */
  startTime: string;
}

/** Makes the labels that each object of a run carries. */
export function labelsOf(runId: string): Record<string, string> {
  return { [runLabels.managedBy]: managedBy, [runLabels.run]: runId };
}
