import type { KubeObject, WatchEvent } from "../model.ts";

/** One change in the order in which it happened. `previous` is what stood there before. */
export interface Change {
  revision: number;
  /** Of the store: `pods`, `deployments.apps`. */
  resource: string;
  type: WatchEvent["type"];
  object: KubeObject;
  previous?: KubeObject;
}

/** What etcd is to a real API server: keys, values, one counter of revisions, and the recent past. */
export interface Storage {
  /** The revision of the last change. */
  revision(): number;
  get(resource: string, key: string): KubeObject | undefined;
  /** Ordered by key. */
  list(resource: string): KubeObject[];
  /** The objects as they were at a revision; undefined when that is longer ago than the history reaches. */
  listAt(resource: string, revision: number): KubeObject[] | undefined;
  /** Gives the object its resourceVersion, freezes it and tells the listeners. */
  put(resource: string, key: string, object: KubeObject): KubeObject;
  remove(resource: string, key: string): KubeObject | undefined;
  /** The changes after a revision; undefined when the history does not reach back that far. */
  since(resource: string, revision: number): Change[] | undefined;
  /** The oldest revision that `since` still accepts. */
  oldest(): number;
  /** Calls back after each change, in order, one change at a time. Returns the stop function. */
  listen(listener: (change: Change) => void): () => void;
}

/** Creates an empty storage that remembers at least `historyLength` changes. */
export function createStorage(historyLength: number): Storage {
  const tables = new Map<string, Map<string, KubeObject>>();
  const listeners = new Set<(change: Change) => void>();
  const pending: Change[] = [];
  let history: Change[] = [];
  let revision = 0;
  let oldest = 0;
  let delivering = false;

  const table = (resource: string) => {
    const found = tables.get(resource) ?? new Map<string, KubeObject>();
    tables.set(resource, found);
    return found;
  };

  const record = (change: Change) => {
    history.push(change);
    if (history.length > historyLength * 2) {
      const dropped = history.length - historyLength;
      oldest = history[dropped - 1]!.revision;
      history = history.slice(dropped);
    }
    pending.push(change);
    // A listener that writes must not make the others see its change before the one that caused it.
    if (delivering) return;
    delivering = true;
    for (let next = pending.shift(); next; next = pending.shift())
      for (const listener of listeners) call(listener, next);
    delivering = false;
  };

  const list = (resource: string) =>
    [...table(resource)].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);

  return {
    revision: () => revision,
    oldest: () => oldest,
    get: (resource, key) => table(resource).get(key),
    list,
    listAt(resource, at) {
      if (at < oldest) return undefined;
      if (at >= revision) return list(resource);
      const objects = new Map(list(resource).map((object) => [storageKey(object), object]));
      for (const change of history.filter((item) => item.revision > at && item.resource === resource).toReversed()) {
        if (change.previous) objects.set(storageKey(change.previous), change.previous);
        else objects.delete(storageKey(change.object));
      }
      return [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
    },
    put(resource, key, object) {
      const previous = table(resource).get(key);
      const stored = stamp(object, ++revision);
      table(resource).set(key, stored);
      const type = previous ? "MODIFIED" : "ADDED";
      record({ revision, resource, type, object: stored, ...(previous && { previous }) });
      return stored;
    },
    remove(resource, key) {
      const previous = table(resource).get(key);
      if (!previous) return undefined;
      table(resource).delete(key);
      const object = stamp(previous, ++revision);
      record({ revision, resource, type: "DELETED", object, previous });
      return object;
    },
    since: (resource, after) =>
      after < oldest ? undefined : history.filter((item) => item.revision > after && item.resource === resource),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Gives the key that an object is stored under: `namespace/name`, or `name` where there is no namespace. */
export function storageKey({ metadata }: Pick<KubeObject, "metadata">): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

function stamp(object: KubeObject, revision: number): KubeObject {
  return freeze({ ...object, metadata: { ...object.metadata, resourceVersion: `${revision}` } });
}

function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
}

/** A faulty listener must not fail the write that it hears of; its error still ends the process loudly. */
function call(listener: (change: Change) => void, change: Change): void {
  try {
    listener(change);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
