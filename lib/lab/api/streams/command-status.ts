import { randomBytes } from "node:crypto";
import type { Ended } from "./join-command.ts";

/** How a status reads: as the API server puts it (v5), or as the kubelet does (v4, SPDY). */
export type StatusDialect = "v5" | "v4";

/** Body of the status frame that ends a command. */
export interface CommandStatus {
  metadata: object;
  status: "Success" | "Failure";
  message?: string;
  reason?: string;
  details?: { causes: { reason?: string; message: string }[] };
  code?: number;
}

/** Tells a client how its command ended: success, an exit code, or that it could not be started. */
export function commandStatus(ended: Ended, words: string[], dialect: StatusDialect): CommandStatus {
  if ("failure" in ended) return notStarted(ended.failure, dialect);
  if (ended.code === 0) return { metadata: {}, status: "Success" };
  const how =
    dialect === "v5"
      ? `command terminated with exit code ${ended.code}`
      : `error executing command [${words.join(" ")}], exit code ${ended.code}`;
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: ${how}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(ended.code) }] },
  };
}

function notStarted(failure: string, dialect: StatusDialect): CommandStatus {
  const prefix = "Internal error occurred: ";
  const execId = randomBytes(32).toString("hex");
  const kubelet =
    `error executing command in container: failed to exec in container: failed to start exec "${execId}": ` +
    `OCI runtime exec failed: exec failed: unable to start container process: ${failure}`;
  // The API server wraps what the kubelet had wrapped already.
  const cause = dialect === "v5" ? prefix + kubelet : kubelet;
  return {
    metadata: {},
    status: "Failure",
    message: prefix + cause,
    reason: "InternalError",
    details: { causes: [{ message: cause }] },
    code: 500,
  };
}
