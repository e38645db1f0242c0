import { KubeConfig } from "@kubernetes/client-node";
import { Agent, request as httpsRequest } from "node:https";
import type { AgentOptions, RequestOptions } from "node:https";
import type { IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { text as textOfStream } from "node:stream/consumers";
import { WebSocket } from "ws";

/** An API server as bytes: nothing between the contract and what was said. */
export interface Wire {
  request(method: string, path: string, options?: WireRequest): Promise<Answer>;
  /** Opens a watch; `path` carries its query. */
  watch(path: string): Promise<Watching>;
  /** Opens a WebSocket and collects its messages until it closes. Rejects with what a refused upgrade said. */
  channels(path: string, subprotocol: string, talk?: (websocket: WebSocket) => void): Promise<ChannelSession>;
  close(): void;
}

export interface WireRequest {
  /** An object is sent as JSON. */
  body?: unknown;
  contentType?: string;
  /** Instead of the kubeconfig's credentials: none, or a bearer token. */
  as?: "anonymous" | { token: string };
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** Parsed JSON; undefined when it is none. */
  body: unknown;
}

export interface WatchLine {
  type: string;
  object: { kind?: string; metadata: Record<string, unknown>; [field: string]: unknown };
}

export interface Watching {
  status: number;
  /** The next line; undefined at the end. */
  next(): Promise<WatchLine | undefined>;
  /** All lines up to the end. */
  rest(): Promise<WatchLine[]>;
  close(): void;
}

export interface ChannelSession {
  /** Close code of the WebSocket. */
  code: number;
  frames: Buffer[];
}

/** What an upgrade was refused with. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`the upgrade was refused with ${answer.status}: ${answer.text}`);
    this.answer = answer;
  }
}

/** Reaches the API server of a kubeconfig's current context, with its credentials. */
export async function openWire(config: KubeConfig): Promise<Wire> {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error(`the kubeconfig has no cluster for context ${config.getCurrentContext()}`);
  const read: RequestOptions = {};
  await config.applyToHTTPSOptions(read);
  const { cert, key } = read;
  const known: RequestOptions = {
    ...(read.headers && { headers: read.headers }),
    ...(read.auth && { auth: read.auth }),
    agent: new Agent({ ...trustOf(read), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) }),
  };
  const anonymous: RequestOptions = { agent: new Agent(trustOf(read)) };
  const options = (as: WireRequest["as"], headers: Record<string, string>): RequestOptions => {
    if (as === undefined) return { ...known, headers: { ...(known.headers as Record<string, string>), ...headers } };
    return {
      ...anonymous,
      headers: as === "anonymous" ? headers : { ...headers, authorization: `Bearer ${as.token}` },
    };
  };
  const begin = (method: string, path: string, { body, contentType = "application/json", as }: WireRequest = {}) => {
    const sent = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
    // Left to itself, Node sends the body of a DELETE without saying that there is one.
    const length = { "content-type": contentType, "content-length": String(Buffer.byteLength(sent ?? "")) };
    const headers = {
      accept: "application/json",
      "user-agent": "meshgate-contract",
      ...(sent !== undefined && length),
    };
    return new Promise<IncomingMessage>((resolve, reject) => {
      const asked = httpsRequest(server + path, { method, ...options(as, headers) }, resolve);
      asked.once("error", reject).end(sent);
    });
  };
  return {
    request: async (method, path, rest) => answerOf(await begin(method, path, rest)),
    watch: async (path) => watching(await begin("GET", path)),
    channels: (path, subprotocol, talk) =>
      channelSession(new WebSocket(server.replace(/^http/, "ws") + path, subprotocol, options(undefined, {})), talk),
    close() {
      for (const { agent } of [known, anonymous]) if (typeof agent === "object") agent.destroy();
    },
  };
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const text = await textOfStream(response);
  const isJson = response.headers["content-type"]?.includes("json") === true && text !== "";
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

function watching(response: IncomingMessage): Watching {
  const lines = createInterface({ input: response })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    return done === true ? undefined : (JSON.parse(value) as WatchLine);
  };
  return {
    status: response.statusCode ?? 0,
    next,
    async rest() {
      const all: WatchLine[] = [];
      for (let line = await next(); line; line = await next()) all.push(line);
      return all;
    },
    close: () => response.destroy(),
  };
}

function channelSession(
  websocket: WebSocket,
  talk: (websocket: WebSocket) => void = () => {},
): Promise<ChannelSession> {
  const frames: Buffer[] = [];
  return new Promise((resolve, reject) => {
    websocket.on("unexpected-response", (_request, response) => {
      answerOf(response).then((answer) => reject(new Refusal(answer)), reject);
    });
    websocket.on("error", (error) => reject(new Error(error.message)));
    websocket.on("message", (data: Buffer) => frames.push(data));
    websocket.once("open", () => talk(websocket));
    websocket.once("close", (code) => resolve({ code, frames }));
  });
}

/** What a client needs to trust the server, without saying who it is. */
function trustOf({ ca, servername, rejectUnauthorized }: RequestOptions): AgentOptions {
  return {
    keepAlive: true,
    ...(ca !== undefined && { ca }),
    ...(servername !== undefined && { servername }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  };
}
