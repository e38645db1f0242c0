import { finished } from "node:stream/promises";
import type { Readable, Writable } from "node:stream";
import type { ContainerProcess } from "../../model.ts";

/** Where a client's streams of one command come from and go to; an absent one was not asked for. */
export interface CommandStreams {
  stdin: Readable | undefined;
  stdout: Writable | undefined;
  stderr: Writable | undefined;
}

export type Ended = Awaited<ContainerProcess["exited"]>;

/**
 * Joins a process to its client and waits for its end, all output handed over first.
 *
 * Slow clients slow the process down. When a client's stream is destroyed, the process sees the end of its input or a broken
 * pipe on its output, and goes on. Never rejects.
 */
export async function joinCommand(
  process: ContainerProcess,
  { stdin, stdout, stderr }: CommandStreams,
): Promise<Ended> {
  feed(stdin, process.stdin);
  const output = Promise.all([drain(process.stdout, stdout), drain(process.stderr, stderr)]);
  const ended = await process.exited;
  if ("failure" in ended) {
    // A command that never started has no output that would end by itself.
    process.stdout.destroy();
    process.stderr.destroy();
  }
  await output;
  return ended;
}

/** Goes on reading when nobody takes the input any more, so that the client's connection is not held up. */
function feed(from: Readable | undefined, to: Writable): void {
  to.on("error", () => {});
  if (!from) {
    to.end();
    return;
  }
  from.pipe(to);
  onClose(from, () => to.end());
  onClose(to, () => {
    from.unpipe(to);
    from.resume();
  });
}

async function drain(from: Readable, to: Writable | undefined): Promise<void> {
  from.on("error", () => from.destroy());
  if (to) {
    from.pipe(to, { end: false });
    onClose(from, () => to.end());
    // A stream that carries input as well stays open: only its output counts.
    await finished(to, { readable: false }).catch(() => {});
    from.destroy();
  } else {
    from.resume();
    await new Promise<void>((resolve) => {
      onClose(from, resolve);
    });
  }
}

function onClose(stream: Readable | Writable, then: () => void): void {
  if (stream.closed) then();
  else stream.once("close", then);
}
