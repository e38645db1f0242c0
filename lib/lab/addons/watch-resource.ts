import { request, type RequestOptions } from "node:https";
import type { IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { ApiAccess } from "./api-access.ts";
import type { ApiObject } from "./api-object.ts";

/** Whom a resource's changes are told to. */
export interface ResourceListener {
  replace(objects: ApiObject[]): void;
  put(object: ApiObject): void;
  remove(object: ApiObject): void;
  /** A failed attempt; another one follows. */
  failed(why: string): void;
}

const watchSeconds = 300;
// Bookmarks come about every minute: silence for longer is a lost connection.
const silenceMs = 90_000;
const firstPauseMs = 50;
const longestPauseMs = 2_000;

/**
 * Follows one resource of the API for ever: a list, then a watch from there, and a new list when the history does not reach back that far.
 *
 * `path` is the collection (`/api/v1/services`). Attempts that fail are told to the listener and repeated after a growing pause. Resolves
 * when `signal` aborts; never rejects.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export async function watchResource(
  access: ApiAccess,
  path: string,
  listener: ResourceListener,
  signal: AbortSignal,
): Promise<void> {
  let version: string | undefined;
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    try {
      version =
        version === undefined
          ? await list(access, path, listener, signal)
          : await watch(access, path, version, listener, signal);
      pauseMs = firstPauseMs;
    } catch (error) {
      if (signal.aborted) return;
      // Another API server may answer next, which knows nothing of this version.
      version = undefined;
      listener.failed(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      await pause(pauseMs, undefined, { signal }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
}

async function list(access: ApiAccess, path: string, listener: ResourceListener, signal: AbortSignal): Promise<string> {
  const response = await get(access, path, signal);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}`);
  const { items, metadata } = JSON.parse(text) as { items: ApiObject[] | null; metadata: { resourceVersion: string } };
  listener.replace(items ?? []);
  return metadata.resourceVersion;
}

/** Returns the version to watch on from, or undefined when a new list is needed. */
async function watch(
  access: ApiAccess,
  path: string,
  version: string,
  listener: ResourceListener,
  signal: AbortSignal,
): Promise<string | undefined> {
  const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=${watchSeconds}&resourceVersion=${version}`;
  const response = await get(access, `${path}?${query}`, signal);
  if (response.statusCode !== 200) {
    response.destroy();
    if (response.statusCode === 410) return undefined;
    throw new Error(`HTTP ${response.statusCode}`);
  }
  response.setTimeout(silenceMs, () => response.destroy());
  let reached = version;
  for await (const line of createInterface({ input: response })) {
    if (line === "") continue;
    const { type, object } = JSON.parse(line) as { type: string; object: ApiObject & { code?: number } };
    if (type === "ERROR") {
      response.destroy();
      if (object.code === 410) return undefined;
      throw new Error(`watch ended with code ${object.code}`);
    }
    if (type === "DELETED") listener.remove(object);
    else if (type !== "BOOKMARK") listener.put(object);
    reached = (object.metadata as { resourceVersion?: string }).resourceVersion ?? reached;
  }
  return reached;
}

function get({ host, port, ca, token }: ApiAccess, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { authorization: `Bearer ${token()}`, accept: "application/json" };
  // A watch holds its connection for minutes, so connections are not shared.
  const options: RequestOptions = { host, port, path, ca, headers, signal, agent: false };
  request(options, resolve).on("error", reject).end();
  return promise;
}
