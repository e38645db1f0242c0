import { createHash } from "node:crypto";
import { KubeConfig } from "@kubernetes/client-node";
import { fieldOf } from "../../base/open-record.ts";
import type { Access } from "./access.ts";
import type { ChangingCredentials } from "./credentials.ts";

/** The library's view of one context, and the way to close what it opened. */
export interface ClientConfig {
  kubeConfig: KubeConfig;
  /** Closes the pooled connections. Never throws. */
  close(): Promise<void>;
}

/** Name of the authenticator below; no kubeconfig uses it. */
const ownProvider = "meshgate-changing-credentials";

/**
 * Makes the library's configuration for one context, with one connection pool for all of its requests.
 *
 * Left to itself the library opens a new connection, with a new TLS handshake, for each request.
 */
export function createClientConfig(access: Access, changing: ChangingCredentials | undefined): ClientConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromOptions({
    currentContext: access.context,
    contexts: [{ name: access.context, cluster: access.clusterName, user: access.userName }],
    clusters: [
      {
        name: access.clusterName,
        server: access.server,
        skipTLSVerify: access.skipTlsVerify,
        ...(access.ca === undefined ? {} : { caData: base64(access.ca) }),
        ...(access.tlsServerName === undefined ? {} : { tlsServerName: access.tlsServerName }),
        ...(access.proxyUrl === undefined ? {} : { proxyUrl: access.proxyUrl }),
      },
    ],
    users: [libraryUser(access, changing !== undefined)],
  });
  if (changing !== undefined) addAuthenticator(kubeConfig, changing);
  return { kubeConfig, close: poolDispatchers(kubeConfig) };
}

function libraryUser(access: Access, changes: boolean) {
  return {
    // The library takes no notice of the cluster's certificate authority when a context has no user at all.
    name: access.userName,
    ...(access.clientCertificate === undefined ? {} : { certData: base64(access.clientCertificate) }),
    ...(access.clientKey === undefined ? {} : { keyData: base64(access.clientKey) }),
    ...(access.token === undefined ? {} : { token: access.token }),
    ...(access.username === undefined ? {} : { username: access.username, password: access.password ?? "" }),
    ...(access.impersonate === undefined ? {} : { impersonateUser: access.impersonate }),
    ...(access.authProvider === undefined ? {} : { authProvider: access.authProvider }),
    ...(changes ? { authProvider: { name: ownProvider } } : {}),
  };
}

function addAuthenticator(kubeConfig: KubeConfig, changing: ChangingCredentials): void {
  kubeConfig.addAuthenticator({
    isAuthProvider: (user) => fieldOf(user.authProvider, "name") === ownProvider,
    applyAuthentication: async (_user, options) => {
      const { token, clientCertificate, clientKey } = await changing.current();
      if (token !== undefined) Object.assign((options.headers ??= {}), { Authorization: `Bearer ${token}` });
      if (clientCertificate !== undefined) Object.assign(options, { cert: clientCertificate, key: clientKey });
    },
  });
}

type CreateDispatcher = (cluster: unknown, agentOptions: Record<string, unknown>) => unknown;

/** Replaces the method that makes a dispatcher for each request by one that keeps a dispatcher per set of TLS options. */
function poolDispatchers(kubeConfig: KubeConfig): () => Promise<void> {
  const create: unknown = Reflect.get(kubeConfig, "createDispatcher");
  if (typeof create !== "function") throw new TypeError("the Kubernetes client has no createDispatcher to pool");
  const pool = new Map<string, unknown>();
  const pooled: CreateDispatcher = (cluster, agentOptions) => {
    const key = digest(agentOptions);
    if (!pool.has(key)) pool.set(key, Reflect.apply(create, kubeConfig, [cluster, agentOptions]));
    return pool.get(key);
  };
  Object.defineProperty(kubeConfig, "createDispatcher", { value: pooled });
  return async () => {
    await Promise.allSettled([...pool.values()].map((dispatcher) => destroy(dispatcher)));
    pool.clear();
  };
}

function digest(agentOptions: Record<string, unknown>): string {
  const hash = createHash("sha256");
  for (const [name, value] of Object.entries(agentOptions)) {
    hash.update(`\n${name}=`);
    if (value !== undefined) hash.update(Buffer.isBuffer(value) ? value : JSON.stringify(value));
  }
  return hash.digest("hex");
}

async function destroy(dispatcher: unknown): Promise<void> {
  const method = fieldOf(dispatcher, "destroy");
  if (typeof method === "function") await Reflect.apply(method, dispatcher, []);
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
