import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { createInterface } from "node:readline";
import { expect, inject } from "vitest";
import { listOf, textOf } from "../../base/open-record.ts";
import { labKubeconfig } from "./test-command.ts";
import { named } from "./test-kubeconfig.ts";
import { doorOf } from "./test-lab.ts";

/** The contexts of the lab. The first has two workers, the others one. */
export const athens = "kind-region-athens";
export const hurup = "kind-region-hurup";
export const skagen = "kind-region-skagen";

const ofAnyRun = "labelSelector=app.kubernetes.io%2Fmanaged-by%3Dmeshgate";

/** Asks the API server of one of the lab's clusters as its administrator. Rejects unless the answer is good. */
export async function ask(cluster: string, method: string, path: string, body?: object): Promise<unknown> {
  const response = await send(cluster, method, path, body);
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += String(chunk);
  if ((response.statusCode ?? 500) >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
  return JSON.parse(text);
}

/** Names of the namespaces that runs have in a cluster. */
export async function runNamespaces(cluster: string): Promise<string[]> {
  const namespaces = listOf(await ask(cluster, "GET", `/api/v1/namespaces?${ofAnyRun}`), "items");
  return namespaces.map((namespace) => textOf(namespace, "metadata", "name") ?? "");
}

/** Asserts that no run has left anything in any cluster, and removes what one did leave. Give it to `afterEach`. */
export async function nothingIsLeft(): Promise<void> {
  const left: string[] = [];
  for (const cluster of [athens, hurup, skagen])
    for (const name of await runNamespaces(cluster)) {
      left.push(`${cluster}: ${name}`);
      await ask(cluster, "DELETE", `/api/v1/namespaces/${name}`);
    }
  expect(left).toEqual([]);
}

/** Waits until a run has made its namespace in a cluster, and returns the namespace's name. */
export async function nextNamespace(cluster: string): Promise<string> {
  const response = await send(cluster, "GET", `/api/v1/namespaces?watch=1&${ofAnyRun}`);
  try {
    for await (const line of createInterface({ input: response })) {
      const name = textOf(JSON.parse(line), "object", "metadata", "name");
      if (name !== undefined && !name.endsWith("-other")) return name;
    }
    throw new Error("the watch ended");
  } finally {
    response.destroy();
  }
}

async function send(cluster: string, method: string, path: string, body?: object): Promise<IncomingMessage> {
  const kubeconfig = labKubeconfig();
  const { user } = named(kubeconfig.users, cluster);
  const decoded = (base64: string | undefined) => Buffer.from(base64 ?? "", "base64").toString();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request({
    socketPath: doorOf(inject("labDirectory"), cluster),
    method,
    path,
    headers: { "content-type": "application/json", connection: "close" },
    ca: decoded(named(kubeconfig.clusters, cluster).cluster["certificate-authority-data"]),
    cert: decoded(user["client-certificate-data"]),
    key: decoded(user["client-key-data"]),
    agent: false,
    // The door is not the address that the certificate is for.
    checkServerIdentity: () => undefined,
  });
  outgoing.once("response", resolve).once("error", reject);
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
