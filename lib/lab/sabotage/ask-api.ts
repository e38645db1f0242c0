import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { enter } from "../lab-handle.ts";
import { runTool } from "../net/run-tool.ts";
import type { ApiAsked, ApiQuestion } from "./api-question.ts";
import type { LabAccess } from "./lab-access.ts";

interface Kubeconfig {
  contexts: { name: string; context: { cluster: string; user: string } }[];
  clusters: { name: string; cluster: { server: string; "certificate-authority-data": string } }[];
  users: { name: string; user: { "client-certificate-data": string; "client-key-data": string } }[];
}

/** Names the clusters of a lab, as its topology does, in its order. */
export function clustersOf({ kubeconfigFile }: LabAccess): string[] {
  return readKubeconfig(kubeconfigFile).contexts.map(({ name }) => name.replace(/^kind-/, ""));
}

/**
 * Sends one request to the API of a lab's cluster, as its administrator, from wherever the lab is, and gives the answer, whatever its status.
 * A PATCH is a merge patch. Rejects when no answer comes or the lab has no such cluster.
 */
export async function askApi(
  { handle, kubeconfigFile }: LabAccess,
  cluster: string,
  { method = "GET", path, body }: { method?: string; path: string; body?: object },
): Promise<ApiAsked> {
  const { contexts, clusters, users } = readKubeconfig(kubeconfigFile);
  const context = contexts.find(({ name }) => name === `kind-${cluster}`)?.context;
  const server = clusters.find(({ name }) => name === context?.cluster)?.cluster;
  const user = users.find(({ name }) => name === context?.user)?.user;
  if (server === undefined || user === undefined) throw new Error(`The lab has no cluster ${cluster}`);
  const question: ApiQuestion = {
    url: `${server.server}${path}`,
    method,
    ca: decode(server["certificate-authority-data"]),
    cert: decode(user["client-certificate-data"]),
    key: decode(user["client-key-data"]),
    ...(body && { body }),
  };
  const { file, args } = enter(handle, process.execPath, [join(import.meta.dirname, "api-question.ts")]);
  return JSON.parse(await runTool(file, args, JSON.stringify(question))) as ApiAsked;
}

function readKubeconfig(file: string): Kubeconfig {
  return parse(readFileSync(file, "utf8")) as Kubeconfig;
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString();
}
