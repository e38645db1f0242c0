import { randomBytes } from "node:crypto";

/** Makes the id of a run, `20261121-023412-9f3c`: it sorts by time, and two runs of one second differ. */
export function newRunId(now: Date): string {
  const time = now.toISOString().replaceAll(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${time}-${randomBytes(2).toString("hex")}`;
}
