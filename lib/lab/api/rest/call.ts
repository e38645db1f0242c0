import type { IncomingMessage, ServerResponse } from "node:http";
import type { Kubelet } from "../../model.ts";
import type { User } from "../identity/service-account-token.ts";
import { resourceName } from "../registry/resource.ts";
import type { ApiStore } from "../store.ts";
import type { ClusterCredentials } from "../credentials.ts";
import type { RequestTarget } from "./request-target.ts";

/** One authenticated and authorized request for a resource. */
export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  user: User;
  target: RequestTarget;
  store: ApiStore;
  kubelet: Kubelet;
  credentials: ClusterCredentials;
  /** Ends when the server closes: open watches and logs have to end then. */
  closing: AbortSignal;
}

/** Gives the name by which the store knows what a call is about. */
export function storeName({ target }: Pick<Call, "target">): string {
  return resourceName(target.resource);
}

export function isDryRun(query: URLSearchParams): boolean {
  return query.getAll("dryRun").includes("All");
}

/** Reads `true`, `1` and a bare parameter as yes. */
export function isSet(query: URLSearchParams, name: string): boolean {
  return query.has(name) && ["", "1", "t", "T", "true", "TRUE", "True"].includes(query.get(name)!);
}
