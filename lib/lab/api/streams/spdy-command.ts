import { PassThrough, pipeline } from "node:stream";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { abandon, startCommand } from "./command.ts";
import type { StartedCommand, Wanted } from "./command.ts";
import { commandStatus } from "./command-status.ts";
import { joinCommand } from "./join-command.ts";
import { acceptSpdy, offersStreamProtocol } from "./spdy-accept.ts";
import { serveSpdy } from "./spdy-connection.ts";
import type { SpdyStream } from "./spdy-stream.ts";
import type { StreamRequest } from "./stream-request.ts";

const protocol = "v4.channel.k8s.io";

/**
 * Serves exec and attach over SPDY/3.1, as clients without WebSocket speak it: one stream per kind, named by the header
 * `streamtype`. Throws, before anything is answered, what starting the command throws.
 */
export function spdyCommand(request: StreamRequest): void {
  if (!offersStreamProtocol(request, protocol)) return;
  const command = held(startCommand(request));
  acceptSpdy(request, protocol);
  const missing = expectedStreams(command.wanted);
  const streams = new Map<string, SpdyStream>();
  const connection = serveSpdy(request.socket, {
    onStream(stream) {
      const type = stream.headers.get("streamtype") ?? "";
      if (!missing.delete(type)) {
        stream.destroy();
        return;
      }
      streams.set(type, stream);
      if (missing.size === 0) void run(command, streams).then(() => connection.end());
    },
    onClosed() {
      if (missing.size > 0) abandon(command.process);
    },
  });
}

/** Keeps what the command says before its streams are open: a child process's output is lost when it ends unread. */
function held(command: StartedCommand): StartedCommand {
  const { stdout, stderr } = command.process;
  return { ...command, process: { ...command.process, stdout: buffered(stdout), stderr: buffered(stderr) } };
}

function buffered(output: Readable): Readable {
  const buffer = new PassThrough().on("error", () => {});
  pipeline(output, buffer, () => {});
  return buffer;
}

async function run({ process, words }: StartedCommand, streams: Map<string, SpdyStream>): Promise<void> {
  streams.get("resize")?.resume();
  const ended = await joinCommand(process, {
    stdin: streams.get("stdin"),
    stdout: streams.get("stdout"),
    stderr: streams.get("stderr"),
  });
  const status = streams.get("error");
  status?.end(JSON.stringify(commandStatus(ended, words, "v4")));
  if (status) await finished(status, { readable: false }).catch(() => {});
}

function expectedStreams({ stdin, stdout, stderr, tty }: Wanted): Set<string> {
  const asked = { error: true, stdin, stdout, stderr, resize: tty };
  return new Set(Object.entries(asked).flatMap(([name, wanted]) => (wanted ? [name] : [])));
}
