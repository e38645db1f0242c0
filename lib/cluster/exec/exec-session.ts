import type { IncomingMessage } from "node:http";
import { StringDecoder } from "node:string_decoder";
import { WebSocket, type RawData } from "ws";
import { Diagnostic } from "../../base/diagnostic.ts";
import { ApiFailure } from "../api-failure.ts";
import { statusFailure } from "../api-status.ts";
import type { ExecOptions, ExecSession } from "../cluster.ts";
import { createExecOutput, type ExecOutput } from "./exec-output.ts";
import { type ExecEnd, readExecStatus } from "./exec-status.ts";
import { keepAwake } from "../keep-awake.ts";
import { networkFailure } from "../network-failure.ts";
import type { Transport } from "../transport.ts";

/** Channels of the remote command protocol: the first byte of each frame. */
const channels = { input: 0, output: 1, errorOutput: 2, status: 3, close: 255 } as const;
const halfCloseProtocol = "v5.channel.k8s.io";
const protocols = [halfCloseProtocol, "v4.channel.k8s.io"];
/** Servers send chunks of this size and are sure to take them. */
const mostBytesPerFrame = 32_768;
const mostRefusalBytes = 65_536;

/**
 * Starts a command in a container over a WebSocket and resolves when the server has accepted it.
 *
 * Throws ApiFailure (Diagnostic `broken`) with the HTTP status and the server's message when the upgrade is refused, and Diagnostic
 * `interrupted` when `signal` aborts. After that nothing throws: how the session ended is in `closed`.
 * @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/4006-transition-spdy-to-websockets
 */
export async function openExecSession(transport: Transport, options: ExecOptions): Promise<ExecSession> {
  try {
    return await connect(transport, options);
  } catch (error) {
    if (!(error instanceof ApiFailure && error.failure === "unauthorized") || transport.changing === undefined)
      throw error;
    transport.changing.forget();
    return await connect(transport, options);
  }
}

async function connect(transport: Transport, options: ExecOptions): Promise<ExecSession> {
  const facts = {
    context: transport.context,
    server: transport.server,
    request: `exec in ${options.namespace}/${options.pod}`,
  };
  const socket = await createSocket(transport, options, facts);
  const session = startSession(socket, options.signal);
  const refusal = await new Promise<Diagnostic | undefined>((resolve) => {
    socket.once("open", () => resolve(undefined));
    socket.once("unexpected-response", (request, response: IncomingMessage) => {
      void readBounded(response).then((body) => {
        request.destroy();
        resolve(statusFailure(facts, response.statusCode ?? 0, body, transport.redactor));
      });
    });
    socket.once("error", (error) => resolve(connectFailure(error, facts, options.signal)));
    socket.once("close", () => resolve(connectFailure(undefined, facts, options.signal)));
  });
  if (refusal === undefined) return session;
  socket.terminate();
  throw refusal;
}

type Facts = { context: string; server: string; request: string };

async function createSocket(transport: Transport, options: ExecOptions, facts: Facts): Promise<WebSocket> {
  const { kubeConfig } = transport.client;
  try {
    const settings: WebSocket.ClientOptions = {
      handshakeTimeout: transport.timeoutMs,
      perMessageDeflate: false,
      followRedirects: false,
    };
    await kubeConfig.applyToHTTPSOptions(settings);
    // The library keeps the first agent for ever, with a client certificate that may since have been renewed. Only a proxy needs it.
    if (kubeConfig.getCurrentCluster()?.proxyUrl === undefined) delete settings.agent;
    if (options.signal?.aborted) throw interrupted(facts);
    return new WebSocket(execUrl(kubeConfig.getCurrentCluster()?.server ?? "", options), protocols, settings);
  } catch (error) {
    if (error instanceof Diagnostic) throw error;
    throw new ApiFailure({ ...facts, ...networkFailure(error) });
  }
}

/** A server behind a path prefix keeps it: `https://host/k8s/clusters/c-1`. */
function execUrl(server: string, { namespace, pod, container, command }: ExecOptions): string {
  const query = new URLSearchParams({ container, stdin: "true", stdout: "true", stderr: "true", tty: "false" });
  for (const word of command) query.append("command", word);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec`;
  return `${server.replace(/^http/, "ws")}${path}?${query.toString()}`;
}

function startSession(socket: WebSocket, signal: AbortSignal | undefined): ExecSession {
  const output = createExecOutput();
  const errorOutput = createExecOutput();
  const status = new StringDecoder("utf8");
  let statusText = "";
  let ending: string | undefined;
  const abort = (): void => {
    ending ??= "aborted";
    socket.terminate();
  };
  const stopKeepingAwake = keepAwake(socket, (reason) => {
    ending ??= reason;
    socket.terminate();
  });
  signal?.addEventListener("abort", abort, { once: true });

  socket.on("message", (data) => {
    const frame = bytesOf(data);
    const payload = frame.subarray(1);
    if (frame[0] === channels.output) deliver(output, payload);
    if (frame[0] === channels.errorOutput) deliver(errorOutput, payload);
    if (frame[0] === channels.status) statusText += status.write(payload);
  });
  const deliver = (to: ExecOutput, payload: Buffer): void => {
    if (to.push(payload)) return;
    ending ??= "a listener for its output failed";
    socket.terminate();
  };
  // Errors are followed by a close; without this listener they would end the process.
  socket.on("error", (error) => {
    ending ??= networkFailure(error).what;
  });
  const closed = new Promise<ExecEnd>((resolve) => {
    socket.once("close", (code, reason) => {
      stopKeepingAwake();
      signal?.removeEventListener("abort", abort);
      output.end();
      errorOutput.end();
      resolve(readExecStatus(statusText) ?? { reason: ending ?? closeReason(code, reason.toString("utf8")) });
    });
  });
  return {
    write: (text) => sendInput(socket, Buffer.from(text, "utf8")),
    endInput: () => endInput(socket),
    onOutput: (listener) => output.listen(listener),
    onErrorOutput: (listener) => errorOutput.listen(listener),
    closed,
    abort,
  };
}

function sendInput(socket: WebSocket, bytes: Buffer): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  for (let start = 0; start < bytes.length; start += mostBytesPerFrame) {
    const payload = bytes.subarray(start, start + mostBytesPerFrame);
    socket.send(Buffer.concat([Buffer.of(channels.input), payload]), ignoreLateError);
  }
}

function endInput(socket: WebSocket): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.protocol === halfCloseProtocol) socket.send(Buffer.of(channels.close, channels.input), ignoreLateError);
  else socket.close(1000);
}

/** A frame that could not be sent is followed by a close, which says it all. */
function ignoreLateError(): void {}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function closeReason(code: number, reason: string): string {
  if (code === 1000) return "closed by the server without an exit status";
  if (code === 1006) return "the connection broke";
  return `closed with WebSocket code ${code}${reason === "" ? "" : `: ${reason}`}`;
}

async function readBounded(response: IncomingMessage): Promise<string> {
  const decoder = new StringDecoder("utf8");
  let text = "";
  try {
    for await (const chunk of response) {
      text += decoder.write(chunk as Buffer);
      if (text.length > mostRefusalBytes) break;
    }
  } catch {
    // The status line is known already; a body cut short adds nothing.
  }
  return text;
}

function connectFailure(error: unknown, facts: Facts, signal: AbortSignal | undefined): Diagnostic {
  if (signal?.aborted) return interrupted(facts);
  const text = error instanceof Error ? error.message : "";
  if (text.includes("handshake has timed out"))
    return new ApiFailure({ ...facts, kind: "timeout", what: "no answer in time" });
  if (/subprotocol|Sec-WebSocket|Upgrade header/.test(text))
    return new ApiFailure({
      ...facts,
      kind: "not-kubernetes",
      what: "the server does not speak v5 or v4 of the remote command protocol over WebSocket",
    });
  return new ApiFailure({ ...facts, ...networkFailure(error) });
}

function interrupted({ context, request }: Facts): Diagnostic {
  return new Diagnostic("interrupted", `${context}: ${request} was interrupted.`, "Run again.");
}
