import { request } from "node:https";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { Kubelet } from "../model.ts";
import { createCredentials } from "./credentials.ts";
import type { ClusterCredentials } from "./credentials.ts";
import { startApiServer } from "./server.ts";
import { createStore } from "./store.ts";
import type { ApiStore } from "./store.ts";
import { serveStreams } from "./streams/serve-streams.ts";

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  /** The body: parsed where it is JSON, else its text. */
  // What comes back is as open as the objects themselves.
  body: ReturnType<typeof JSON.parse>;
}

export interface Ask {
  body?: unknown;
  headers?: Record<string, string>;
  /** A bearer token; empty for an anonymous request. The administrator's certificate is used when left out. */
  token?: string;
}

/** A real API server on loopback, for tests, and a client for it. */
export interface TestServer extends AsyncDisposable {
  store: ApiStore;
  credentials: ClusterCredentials;
  url: string;
  kubeconfig: object;
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** Opens a request whose answer goes on; the caller reads it and destroys it. */
  open(path: string, headers?: Record<string, string>): Promise<IncomingMessage>;
}

/** Starts an API server with the namespace `facts`, its service account and nothing that runs pods. */
export async function startTestServer(): Promise<TestServer> {
  const credentials = await createCredentials({ clusterName: "region-athens", addresses: [] });
  const store = createStore({ serviceCidr: "10.1.0.0/16", historyLength: 50 });
  store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "facts" } });
  const account = { name: "default", namespace: "facts" };
  store.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: account });
  const server = await startApiServer({
    store,
    credentials,
    clusterName: "region-athens",
    version: "v1.36.2",
    kubelet: logsOnly,
    listen: { host: "127.0.0.1", port: 0 },
    streams: serveStreams(),
  });
  const url = `https://127.0.0.1:${server.port}`;
  const kubeconfig = credentials.adminKubeconfig(url, "kind-region-athens");
  const { cert, key } = administrator(kubeconfig);
  const open = (method: string, path: string, { body, headers = {}, token }: Ask) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const identity = token === undefined ? { cert, key } : {};
      const authorization = token ? { authorization: `Bearer ${token}` } : {};
      const options = { method, ca: credentials.caCertificate, agent: false as const, ...identity };
      const content = { "content-type": "application/json" };
      const asked = request(`${url}${path}`, { ...options, headers: { ...content, ...authorization, ...headers } });
      asked.once("response", resolve).once("error", reject);
      asked.end(typeof body === "string" || body === undefined ? body : JSON.stringify(body));
    });
  return {
    store,
    credentials,
    url,
    kubeconfig,
    async ask(method, path, ask = {}) {
      const response = await open(method, path, ask);
      const text = (await response.toArray()).join("");
      const isJson = response.headers["content-type"]?.startsWith("application/json");
      return { status: response.statusCode!, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
    open: (path, headers = {}) => open("GET", path, { headers }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

function administrator(kubeconfig: object): { cert: string; key: string } {
  const [{ user }] = (kubeconfig as { users: [{ user: Record<string, string> }] }).users;
  const decode = (name: string) => Buffer.from(user[name]!, "base64").toString();
  return { cert: decode("client-certificate-data"), key: decode("client-key-data") };
}

const logsOnly: Kubelet = {
  exec() {
    throw new Error("nothing runs here");
  },
  logs: (_namespace, pod, container, options) => Readable.from([`${pod} ${container} ${JSON.stringify(options)}\n`]),
  dial: () => Promise.reject(new Error("nothing listens here")),
};
