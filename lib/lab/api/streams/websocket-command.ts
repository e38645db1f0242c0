import { abandon, startCommand } from "./command.ts";
import type { Wanted } from "./command.ts";
import { commandStatus } from "./command-status.ts";
import type { CommandStatus } from "./command-status.ts";
import { joinCommand } from "./join-command.ts";
import type { StreamRequest } from "./stream-request.ts";
import { acceptWebsocket, chooseSubprotocol } from "./websocket-accept.ts";
import { websocketChannels } from "./websocket-channels.ts";

const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3 } as const;

/**
 * Serves exec and attach over WebSocket. Throws, before anything is answered, what starting the command throws.
 *
 * Terminal sizes (channel 4) are taken and ignored.
 *
 * @see https://pkg.go.dev/k8s.io/apiserver/pkg/util/wsstream
 */
export function websocketCommand(request: StreamRequest): void {
  const subprotocol = chooseSubprotocol(request, ["v5.channel.k8s.io", "v4.channel.k8s.io", "channel.k8s.io"]);
  if (subprotocol === undefined) return;
  const { process, wanted, words } = startCommand(request);
  const websocket = acceptWebsocket(request, subprotocol);
  if (!websocket) return abandon(process);

  const isV5 = subprotocol === "v5.channel.k8s.io";
  const channels = websocketChannels(websocket, { halfClose: isV5 });
  // Tells the client that the command runs, before the command says anything.
  channels.send(lowestOutput(wanted));
  const joined = joinCommand(process, {
    stdin: wanted.stdin ? channels.readable(channel.stdin) : undefined,
    stdout: wanted.stdout ? channels.writable(channel.stdout) : undefined,
    stderr: wanted.stderr ? channels.writable(channel.stderr) : undefined,
  });
  void joined.then((ended) => {
    const status = commandStatus(ended, words, isV5 ? "v5" : "v4");
    const text = isV5 || subprotocol === "v4.channel.k8s.io" ? JSON.stringify(status) : oldStatus(status);
    if (text !== undefined) channels.send(channel.status, text);
    channels.close();
  });
}

function lowestOutput(wanted: Wanted): number {
  if (wanted.stdout) return channel.stdout;
  return wanted.stderr ? channel.stderr : channel.status;
}

/** Before v4 a failure was a sentence and success was silence. */
function oldStatus({ message }: CommandStatus): string | undefined {
  return message;
}
