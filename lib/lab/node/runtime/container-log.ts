import { Readable } from "node:stream";
import type { LogOptions } from "../../model.ts";

/** What a container has written, newest lines first to be kept. */
export interface ContainerLog {
  append(stream: "stdout" | "stderr", chunk: Buffer): void;
  /** The container has ended: unfinished lines are kept as they are and followers end. */
  close(): void;
  read(options: LogOptions): Readable;
}

interface Line {
  atMs: number;
  /** With its line break, if it has one. */
  text: Buffer;
}

const longestLine = 16_384;

/** Makes an empty log that keeps about the last `capacity` bytes, in whole lines. */
export function createContainerLog(capacity = 1_048_576, now: () => number = Date.now): ContainerLog {
  const lines: Line[] = [];
  const partial = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  const followers = new Set<{ line(line: Line): void; end(): void }>();
  let size = 0;
  let isClosed = false;

  const keep = (text: Buffer): void => {
    const line = { atMs: now(), text };
    lines.push(line);
    size += text.length;
    while (size > capacity && lines.length > 1) size -= lines.shift()?.text.length ?? 0;
    for (const follower of followers) follower.line(line);
  };

  return {
    append(stream, chunk) {
      let rest = Buffer.concat([partial[stream], chunk]);
      for (let end = lineEnd(rest); end > 0; end = lineEnd(rest)) {
        keep(rest.subarray(0, end));
        rest = rest.subarray(end);
      }
      partial[stream] = rest;
    },
    close() {
      for (const text of [partial.stdout, partial.stderr]) if (text.length > 0) keep(text);
      partial.stdout = partial.stderr = Buffer.alloc(0);
      isClosed = true;
      for (const follower of followers) follower.end();
      followers.clear();
    },
    read(options) {
      const { output, write } = limitedOutput(options);
      for (const line of selected(lines, options, now())) write(line);
      if (!options.follow || isClosed) {
        output.push(null);
        return output;
      }
      const follower = { line: write, end: () => void output.push(null) };
      followers.add(follower);
      output.once("close", () => followers.delete(follower));
      return output;
    },
  };
}

/** Gives the length of the first whole line, 0 when there is none yet. */
function lineEnd(text: Buffer): number {
  const lineBreak = text.indexOf(10);
  if (lineBreak >= 0 && lineBreak < longestLine) return lineBreak + 1;
  return text.length >= longestLine ? longestLine : 0;
}

function selected(lines: Line[], { tailLines, sinceSeconds }: LogOptions, nowMs: number): Line[] {
  const recent = sinceSeconds === undefined ? lines : lines.filter(({ atMs }) => atMs >= nowMs - sinceSeconds * 1000);
  return tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - tailLines));
}

function limitedOutput({ timestamps, limitBytes }: LogOptions): { output: Readable; write(line: Line): void } {
  const output = new Readable({ read: () => {} });
  let left = limitBytes ?? Infinity;
  const write = ({ atMs, text }: Line): void => {
    if (left <= 0) return;
    const whole = timestamps ? Buffer.concat([Buffer.from(`${stamp(atMs)} `), text]) : text;
    const part = whole.subarray(0, Math.min(whole.length, left));
    left -= part.length;
    output.push(part);
    if (left <= 0) output.push(null);
  };
  return { output, write };
}

/** With nine digits behind the second, as container runtimes write it. */
function stamp(atMs: number): string {
  return new Date(atMs).toISOString().replace("Z", "000000Z");
}
