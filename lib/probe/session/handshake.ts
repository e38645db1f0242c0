import { Diagnostic } from "../../base/diagnostic.ts";
import type { AgentStream } from "../agent-session.ts";
import { parseMessage, splitLines } from "../lines.ts";
import { protocolVersion } from "../protocol.ts";
import type { AgentFacts, Reply } from "../protocol.ts";

export interface HandshakeOptions {
  open: () => Promise<AgentStream>;
  /** What messages call the agent; they begin with it. */
  label: string;
  readyTimeoutMs: number;
  signal?: AbortSignal;
}

/** A stream whose agent has said that it is ready. */
export interface Greeted {
  readonly stream: AgentStream;
  readonly facts: AgentFacts;
  /** Hands over every line from now on, those that have already come included. */
  listen(listener: (line: string) => void): void;
  /** The first lines of the error output as the end of a sentence; empty when there are none. */
  errorText(): string;
}

/**
 * Opens a stream and waits for the agent's first line. Throws Diagnostic `broken` when it does not come in time, is of another
 * version, or the agent ends before; `interrupted` when the signal aborts. The stream is gone then.
 */
export async function handshake(options: HandshakeOptions): Promise<Greeted> {
  const { label, readyTimeoutMs, signal } = options;
  return new Promise((resolve, reject) => {
    let stream: AgentStream | undefined;
    let over = false;

    const end = () => {
      over = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", interrupt);
    };
    const refuse = (diagnostic: Diagnostic) => {
      if (over) return;
      end();
      stream?.abort();
      reject(diagnostic);
    };
    const interrupt = () =>
      refuse(new Diagnostic("interrupted", `${label} was interrupted before it was ready.`, "Start again."));
    const timer = setTimeout(
      () => refuse(broken(`${label} did not say within ${readyTimeoutMs} ms that it is ready${stderr.text()}.`)),
      readyTimeoutMs,
    );
    const stderr = firstLines();
    if (signal?.aborted) return interrupt();
    signal?.addEventListener("abort", interrupt);

    const begin = (opened: AgentStream) => {
      stream = opened;
      if (over) return opened.abort();
      const lines = subscription();
      const greet = (line: string) => {
        const facts = readGreeting(line);
        if (typeof facts === "string") return refuse(broken(`${label} ${facts}${stderr.text()}.`));
        end();
        lines.hold();
        return resolve({ stream: opened, facts, listen: lines.listen, errorText: stderr.text });
      };
      lines.listen((line) => {
        if (!over) greet(line);
      });
      opened.onOutput(splitLines(lines.publish));
      opened.onErrorOutput(stderr.take);
      void opened.closed.then(({ exitCode, reason }) => {
        const how = exitCode === undefined ? reason : `exit code ${exitCode}`;
        return refuse(broken(`${label} ended before it was ready: ${how}${stderr.text()}.`));
      });
      return undefined;
    };
    options.open().then(begin, (error: unknown) => refuse(asDiagnostic(error, label)));
    return undefined;
  });
}

/** The facts, or what is wrong with the line. */
function readGreeting(line: string): AgentFacts | string {
  const message = parseMessage(line) as Reply | undefined;
  if (message?.type !== "ready") return `said something that is not of the protocol: ${line.slice(0, 200)}`;
  const { type: _, version, ...facts } = message;
  return version === protocolVersion ? facts : `speaks version ${version} of the protocol and not ${protocolVersion}`;
}

const cure = "Look at the log and the events of the agent's pod; then sweep what is deployed and start again.";

function broken(message: string): Diagnostic {
  return new Diagnostic("broken", message, cure);
}

/** Only an Error's message is taken over: other objects that come out of a failed upgrade may hold credentials. */
function asDiagnostic(error: unknown, label: string): Diagnostic {
  if (error instanceof Diagnostic) return error;
  return broken(`${label} cannot be reached: ${error instanceof Error ? error.message : "no reason was given"}.`);
}

function subscription() {
  let listener: ((line: string) => void) | undefined;
  let held: string[] = [];
  return {
    publish: (line: string) => {
      if (listener) listener(line);
      else held.push(line);
    },
    listen: (next: (line: string) => void) => {
      listener = next;
      const backlog = held;
      held = [];
      backlog.forEach(next);
    },
    hold: () => {
      listener = undefined;
    },
  };
}

const maxErrorLines = 5;
const maxErrorCharacters = 1000;

function firstLines() {
  let text = "";
  return {
    take: (chunk: string) => {
      if (text.length < maxErrorCharacters) text = (text + chunk).slice(0, maxErrorCharacters);
    },
    text: () => {
      const lines = text.split("\n").map((line) => line.trim());
      const said = lines.filter((line) => line !== "").slice(0, maxErrorLines);
      return said.length === 0 ? "" : `; its error output: ${said.join(" | ")}`;
    },
  };
}
