import { textOf } from "../base/open-record.ts";
import { shellQuote } from "../base/shell-quote.ts";
import { readAccess } from "./kubeconfig/access.ts";
import { ApiFailure } from "./api-failure.ts";
import type { Cluster } from "./cluster.ts";
import { createCluster } from "./kube-cluster.ts";
import type { Kubeconfig } from "./kubeconfig/kubeconfig.ts";
import { parseAnswer } from "./parse-answer.ts";
import { requireContexts } from "./kubeconfig/require-contexts.ts";
import { secretsOf } from "./kubeconfig/secrets-of.ts";
import { createTransport, type Transport } from "./transport.ts";

export interface OpenOptions {
  /** Ends the opening, and no more: a cluster that is open stays open, for cleaning up. */
  signal?: AbortSignal;
  /** For one try of one request, now and later. Default 15 000. */
  timeoutMs?: number;
}

const defaultTimeoutMs = 15_000;

/**
 * Opens the cluster behind one context: gets credentials, connects, and reads the server's version and the cluster's identity.
 *
 * Throws Diagnostic `configuration` for a context that the kubeconfig does not define completely, ApiFailure (`broken`) when the
 * server cannot be used, and Diagnostic `interrupted`.
 */
export async function openCluster(
  kubeconfig: Kubeconfig,
  context: string,
  options: OpenOptions = {},
): Promise<Cluster> {
  requireContexts(kubeconfig, [context]);
  const access = readAccess(kubeconfig, context);
  const transport = createTransport(access, secretsOf(kubeconfig), options.timeoutMs ?? defaultTimeoutMs);
  try {
    const version = await readVersion(transport, options.signal);
    return createCluster(transport, { version, uid: await readUid(transport, options.signal) });
  } catch (error) {
    await transport.client.close();
    throw error;
  }
}

async function readVersion(transport: Transport, signal: AbortSignal | undefined): Promise<string> {
  const request = { method: "GET", path: "/version", ...(signal === undefined ? {} : { signal }) } as const;
  try {
    const version = textOf(parseAnswer(transport, request, await transport.send(request)), "gitVersion");
    if (version !== undefined) return version;
  } catch (error) {
    // Some clusters do not tell everybody; what counts is whether the namespace can be read.
    if (error instanceof ApiFailure && error.failure === "forbidden") return "unknown";
    throw error;
  }
  throw new ApiFailure({
    kind: "not-kubernetes",
    context: transport.context,
    server: transport.server,
    request: "GET /version",
    what: "the answer is not that of a Kubernetes API server",
  });
}

async function readUid(transport: Transport, signal: AbortSignal | undefined): Promise<string> {
  const path = "/api/v1/namespaces/kube-system";
  const request = { method: "GET", path, ...(signal === undefined ? {} : { signal }) } as const;
  try {
    const uid = textOf(parseAnswer(transport, request, await transport.send(request)), "metadata", "uid");
    if (uid !== undefined) return uid;
  } catch (error) {
    if (error instanceof ApiFailure && error.failure === "forbidden") throw missingPermission(error);
    throw error;
  }
  throw new ApiFailure({
    kind: "not-kubernetes",
    context: transport.context,
    server: transport.server,
    request: `GET ${path}`,
    what: "the namespace kube-system has no UID",
  });
}

function missingPermission({ context, server, what }: ApiFailure): ApiFailure {
  return new ApiFailure({
    kind: "forbidden",
    context,
    server,
    request: "GET /api/v1/namespaces/kube-system",
    what,
    status: 403,
    reason: "Forbidden",
    cure:
      "meshgate tells clusters apart by the UID of that namespace: ask for the permission to get namespaces. Check: " +
      `kubectl --context ${shellQuote(context)} auth can-i get namespaces/kube-system`,
  });
}
