import type { WebSocket } from "ws";
import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import type { Room } from "./room.ts";
import type { ChannelSession } from "./wire.ts";

/** A command's two outputs and its status, read from the frames of its session. */
export interface Executed {
  stdout: string;
  stderr: string;
  /** Parsed status frame; undefined when there was none. */
  status: unknown;
  exitCode: number | undefined;
  session: ChannelSession;
}

/** Path of an exec request for the pod's container `main`. */
export function execPath(
  room: Room,
  pod: string,
  command: string[],
  query = "stdin=true&stdout=true&stderr=true",
): string {
  const words = command.map((word) => `&command=${encodeURIComponent(word)}`).join("");
  return room.path("pods", pod, `/exec?${query}${words}`);
}

/** Runs a command in a pod without input. */
export async function execute(
  room: Room,
  pod: string,
  command: string[],
  { subprotocol = "v5.channel.k8s.io", talk }: { subprotocol?: string; talk?: (websocket: WebSocket) => void } = {},
): Promise<Executed> {
  const query = talk ? "stdin=true&stdout=true&stderr=true" : "stdout=true&stderr=true";
  const session = await room.wire.channels(execPath(room, pod, command, query), subprotocol, talk);
  const said = (channel: number) =>
    Buffer.concat(session.frames.filter(([first]) => first === channel).map((frame) => frame.subarray(1))).toString();
  const status: unknown = said(3) === "" ? undefined : JSON.parse(said(3));
  return { stdout: said(1), stderr: said(2), status, exitCode: exitCodeOf(status), session };
}

/** Runs a shell script in a pod; throws unless it succeeds. */
export async function shell(room: Room, pod: string, script: string): Promise<Executed> {
  const executed = await execute(room, pod, ["sh", "-c", script]);
  if (executed.exitCode !== 0) throw new Error(`${script} failed in pod ${pod}: ${JSON.stringify(executed.status)}`);
  return executed;
}

function exitCodeOf(status: unknown): number | undefined {
  if (fieldOf(status, "status") === "Success") return 0;
  const cause = listOf(status, "details", "causes").find((entry) => fieldOf(entry, "reason") === "ExitCode");
  const code = textOf(cause, "message");
  return code === undefined ? undefined : Number(code);
}
