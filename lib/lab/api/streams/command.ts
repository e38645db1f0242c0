import { Readable, Writable } from "node:stream";
import type { ContainerProcess } from "../../model.ts";
import { badRequest } from "../status-errors.ts";
import type { StreamRequest } from "./stream-request.ts";

/** The streams that a client asks for. */
export interface Wanted {
  stdin: boolean;
  stdout: boolean;
  /** Never with a terminal, which has one output. */
  stderr: boolean;
  tty: boolean;
}

/** A command that was started for a client, or the container's main process that a client is attached to. */
export interface StartedCommand {
  process: ContainerProcess;
  wanted: Wanted;
  /** Empty for attach. */
  words: string[];
}

/**
 * Starts what `exec` asks for, or attaches to the output of the container's main process.
 *
 * Throws ApiError 400 when no stream or no command is asked for, and whatever the kubelet throws.
 */
export function startCommand({ subresource, namespace, pod, query, kubelet }: StreamRequest): StartedCommand {
  const wanted = wantedStreams(query);
  const container = query.get("container") ?? undefined;
  const words = query.getAll("command");
  if (subresource === "attach") {
    const output = kubelet.logs(namespace, pod, container, { follow: true, tailLines: 0 });
    return { process: attached(output), wanted, words: [] };
  }
  if (words.length === 0) throw badRequest("you must specify a command to execute");
  const { stdin, tty } = wanted;
  return { process: kubelet.exec(namespace, pod, container, words, { stdin, tty }), wanted, words };
}

/** Lets go of a command that no client is left for: its input ends and nobody reads its output, but it is not killed. */
export function abandon(process: ContainerProcess): void {
  process.stdin.on("error", () => {});
  process.stdin.end();
  process.stdout.destroy();
  process.stderr.destroy();
}

function wantedStreams(query: URLSearchParams): Wanted {
  const isSet = (name: string) => ["true", "1"].includes(query.get(name) ?? "");
  const [stdin, stdout, stderr, tty] = [isSet("stdin"), isSet("stdout"), isSet("stderr"), isSet("tty")];
  if (!stdin && !stdout && !stderr) {
    throw badRequest("you must specify at least 1 of stdin, stdout, stderr");
  }
  return { stdin, stdout, stderr: stderr && !tty, tty };
}

function attached(output: Readable): ContainerProcess {
  return {
    stdin: new Writable({ write: (_chunk, _encoding, done) => done() }),
    stdout: output,
    stderr: Readable.from([]),
    exited: new Promise((resolve) => {
      output.once("close", () => resolve({ code: 0 }));
    }),
    kill: () => output.destroy(),
  };
}
