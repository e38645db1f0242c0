import { readFileSync } from "node:fs";

/** How an API server is reached: host, port, CA, and a token that may change while we run. */
export interface ApiAccess {
  host: string;
  port: number;
  ca: string;
  token(): string;
}

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Reads from a pod's environment and its service account's files how its cluster's API server is reached. Throws when the files are not there.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api
 */
export function podAccess(): ApiAccess {
  return {
    host: process.env["KUBERNETES_SERVICE_HOST"] ?? "kubernetes.default.svc",
    port: Number(process.env["KUBERNETES_SERVICE_PORT"] ?? 443),
    ca: readFileSync(`${account}/ca.crt`, "utf8"),
    token: () => readFileSync(`${account}/token`, "utf8").trim(),
  };
}
