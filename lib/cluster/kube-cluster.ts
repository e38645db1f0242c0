import { listOf, type OpenRecord, textOf } from "../base/open-record.ts";
import { ApiFailure } from "./api-failure.ts";
import type { Cluster, ExecSession, KubeObject, ListOptions, LogOptions, ResourceKind } from "./cluster.ts";
import { openExecSession } from "./exec/exec-session.ts";
import { parseAnswer } from "./parse-answer.ts";
import { createResourceFinder, type FindResource, type ResourceAddress } from "./resource-kinds.ts";
import type { ApiRequest, Transport } from "./transport.ts";

const pageSize = 500;
const fieldManager = "meshgate";

/** Makes a Cluster that speaks through a transport; `facts` were read when it was opened. */
export function createCluster(transport: Transport, facts: { uid: string; version: string }): Cluster {
  const find = createResourceFinder(transport);
  const sessions = new Set<ExecSession>();
  return {
    context: transport.context,
    server: transport.server,
    ...facts,
    list: <T extends KubeObject>(kind: ResourceKind, options: ListOptions = {}) =>
      list<T>(transport, find, kind, options),
    get: <T extends KubeObject>(kind: ResourceKind, name: string, namespace?: string) =>
      get<T>(transport, find, kind, name, namespace),
    serves: async (kind) => (await find(kind)) !== undefined,
    apply: <T extends KubeObject>(object: KubeObject) => apply<T>(transport, find, object),
    remove: (kind, name, namespace) => remove(transport, find, kind, name, namespace),
    log: (namespace, pod, options = {}) => log(transport, namespace, pod, options),
    exec: async (options) => {
      const session = await openExecSession(transport, options);
      sessions.add(session);
      void session.closed.then(() => sessions.delete(session));
      return session;
    },
    close: async () => {
      for (const session of sessions) session.abort();
      await transport.client.close();
    },
  };
}

async function list<T extends KubeObject>(
  transport: Transport,
  find: FindResource,
  kind: ResourceKind,
  options: ListOptions,
): Promise<T[]> {
  const address = await find(kind);
  if (address === undefined) return [];
  const path = collectionPath(address, options.namespace);
  const query = {
    ...(options.labelSelector === undefined ? {} : { labelSelector: options.labelSelector }),
    ...(options.fieldSelector === undefined ? {} : { fieldSelector: options.fieldSelector }),
  };
  try {
    return await pages<T>(transport, kind, path, { ...query, limit: String(pageSize) });
  } catch (error) {
    // The list changed so much while it was being read that its next page is gone; read it in one piece.
    if (error instanceof ApiFailure && error.status === 410) return await pages<T>(transport, kind, path, query);
    throw error;
  }
}

async function pages<T extends KubeObject>(
  transport: Transport,
  kind: ResourceKind,
  path: string,
  query: Record<string, string>,
): Promise<T[]> {
  const items: T[] = [];
  let next: string | undefined;
  do {
    const request: ApiRequest = {
      method: "GET",
      path,
      query: { ...query, ...(next === undefined ? {} : { continue: next }) },
    };
    const page = await sendForObject(transport, request);
    // Items of a list do not repeat their kind.
    for (const item of listOf(page, "items")) items.push(asObject<T>({ ...kind, ...(item as OpenRecord) }));
    next = textOf(page, "metadata", "continue");
  } while (next !== undefined);
  return items;
}

async function get<T extends KubeObject>(
  transport: Transport,
  find: FindResource,
  kind: ResourceKind,
  name: string,
  namespace: string | undefined,
): Promise<T | undefined> {
  const address = await find(kind);
  if (address === undefined) return undefined;
  try {
    return asObject<T>(await sendForObject(transport, { method: "GET", path: objectPath(address, name, namespace) }));
  } catch (error) {
    if (error instanceof ApiFailure && error.failure === "not-found") return undefined;
    throw error;
  }
}

async function apply<T extends KubeObject>(transport: Transport, find: FindResource, object: KubeObject): Promise<T> {
  const address = await find(object);
  const { name, namespace } = object.metadata;
  if (address === undefined)
    throw new ApiFailure({
      kind: "not-found",
      context: transport.context,
      server: transport.server,
      request: `PATCH ${object.kind}/${name}`,
      what: `the server does not know the kind ${object.kind} of ${object.apiVersion}`,
    });
  const request: ApiRequest = {
    method: "PATCH",
    path: objectPath(address, name, namespace),
    query: { fieldManager, force: "true" },
    // JSON is YAML; the media type is the one that asks for a server-side apply.
    body: { type: "application/apply-patch+yaml", text: JSON.stringify(object) },
  };
  return asObject<T>(await sendForObject(transport, request));
}

async function remove(
  transport: Transport,
  find: FindResource,
  kind: ResourceKind,
  name: string,
  namespace: string | undefined,
): Promise<void> {
  const address = await find(kind);
  if (address === undefined) return;
  try {
    const path = objectPath(address, name, namespace);
    await transport.send({ method: "DELETE", path, query: { propagationPolicy: "Background" } });
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    if (error.failure === "not-found") return;
    // A namespace that is already going answers 409 to a second DELETE.
    const left = error.failure === "conflict" ? await get(transport, find, kind, name, namespace) : undefined;
    if (error.failure === "conflict" && (left === undefined || left.metadata.deletionTimestamp !== undefined)) return;
    throw error;
  }
}

async function log(transport: Transport, namespace: string, pod: string, options: LogOptions): Promise<string> {
  const query = {
    ...(options.tailLines === undefined ? {} : { tailLines: String(options.tailLines) }),
    ...(options.previous === true ? { previous: "true" } : {}),
    ...(options.container === undefined ? {} : { container: options.container }),
  };
  try {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
    const { text } = await transport.send({ method: "GET", path, query });
    // What a container runtime says, with status 200, of a log that it has already removed.
    return text.startsWith("unable to retrieve container logs for ") ? "" : text;
  } catch (error) {
    if (error instanceof ApiFailure && (error.status === 404 || error.status === 400)) return "";
    throw error;
  }
}

async function sendForObject(transport: Transport, request: ApiRequest): Promise<OpenRecord> {
  return parseAnswer(transport, request, await transport.send(request));
}

/** The one place where what a server sent is taken for an object; every reader checks the fields that it uses. */
// The parameter saves a cast at each caller, which is what the rule would have instead.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function asObject<T extends KubeObject>(value: OpenRecord): T {
  return value as unknown as T;
}

function collectionPath({ root, plural, namespaced }: ResourceAddress, namespace: string | undefined): string {
  const within = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${within}/${plural}`;
}

function objectPath(address: ResourceAddress, name: string, namespace: string | undefined): string {
  if (address.namespaced && namespace === undefined)
    throw new TypeError(`${address.plural} live in a namespace; none was given`);
  return `${collectionPath(address, namespace)}/${encodeURIComponent(name)}`;
}
