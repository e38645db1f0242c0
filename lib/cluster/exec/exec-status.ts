import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import { printable } from "../../base/printable.ts";

export interface ExecEnd {
  exitCode?: number;
  reason: string;
}

/**
 * Reads how a command ended from the text of the status channel; undefined when there was none.
 *
 * A command that could not be started has a reason and no exit code.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 */
export function readExecStatus(text: string): ExecEnd | undefined {
  if (text === "") return undefined;
  let status: unknown;
  try {
    status = JSON.parse(text);
  } catch {
    return { reason: `a status that is not JSON: ${printable(text).slice(0, 200)}` };
  }
  if (fieldOf(status, "status") === "Success") return { exitCode: 0, reason: "exited with code 0" };
  const cause = listOf(status, "details", "causes").find((item) => fieldOf(item, "reason") === "ExitCode");
  const exitCode = Number(textOf(cause, "message"));
  if (cause !== undefined && Number.isInteger(exitCode)) return { exitCode, reason: `exited with code ${exitCode}` };
  return { reason: printable(textOf(status, "message") ?? "ended without a reason").slice(0, 1000) };
}
