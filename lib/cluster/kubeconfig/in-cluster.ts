import { existsSync, readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import type { KubeconfigEntries, KubeconfigEntry } from "./kubeconfig-file.ts";

/** Where Kubernetes mounts a pod's credentials. */
export const serviceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Makes a kubeconfig with the one context `in-cluster` out of the service account of the pod that we run in.
 *
 * Undefined outside of a pod, or when the pod got no token.
 * @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#without-using-a-proxy
 */
export function inClusterEntries(
  env: Record<string, string | undefined>,
  directory: string,
): KubeconfigEntries | undefined {
  const host = env["KUBERNETES_SERVICE_HOST"];
  const port = env["KUBERNETES_SERVICE_PORT"];
  const token = join(directory, "token");
  if (host === undefined || port === undefined || !existsSync(token)) return undefined;
  const entry = (fields: KubeconfigEntry["fields"]): Map<string, KubeconfigEntry> =>
    new Map([["in-cluster", { fields, file: directory, directory }]]);
  return {
    currentContext: "in-cluster",
    contexts: entry({ cluster: "in-cluster", user: "in-cluster", namespace: namespaceIn(directory) }),
    clusters: entry({
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      "certificate-authority": join(directory, "ca.crt"),
    }),
    users: entry({ tokenFile: token }),
  };
}

function namespaceIn(directory: string): string | undefined {
  const file = join(directory, "namespace");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}
