import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { ApiError } from "../model.ts";
import type { DeleteOptions, KubeObject, Selection, Store } from "../model.ts";
import { admit, review } from "./admission/admission.ts";
import { keepQuotaStatus } from "./admission/quota-status.ts";
import { bootstrap } from "./bootstrap.ts";
import { serveDefinitions } from "./registry/definitions.ts";
import { createRegistry } from "./registry/registry.ts";
import type { Registry } from "./registry/registry.ts";
import { apiVersionOf, resourceName } from "./registry/resource.ts";
import type { Resource } from "./registry/resource.ts";

import { fieldSelector } from "./select/field-selector.ts";
import { labelSelector } from "./select/label-selector.ts";
import { alreadyExists, conflict, invalid, notFound, staleVersion } from "./status-errors.ts";
import { createStorage, storageKey } from "./storage.ts";
import type { Storage } from "./storage.ts";
import { deletion } from "./strategies/deletion.ts";
import { validateMetadata, validateMetadataUpdate } from "./strategies/metadata.ts";
import { namespaceLifecycle } from "./strategies/namespace-lifecycle.ts";
import { strategyOf } from "./strategies/strategies.ts";
import type { StrategyContext } from "./strategies/strategy.ts";

export interface StoreOptions {
  /** Where service addresses come from: `10.96.0.0/16`. The first address is the API server's own, the tenth the DNS server's. */
  serviceCidr: string;
  /** Where the Service default/kubernetes leads; without it that Service has no endpoints. */
  apiEndpoint?: { address: string; port: number };
  /** How many changes a watch can look back at least. 4096 when left out. */
  historyLength?: number;
  now?: () => Date;
}

export interface WriteOptions {
  /** Does everything but storing. */
  dryRun?: boolean;
  /** The write comes from a client of the REST API: what only the lab's own parts may do is refused. */
  fromClient?: boolean;
}

/** A store with what the REST server needs besides. */
export interface ApiStore extends Store {
  registry: Registry;
  storage: Storage;
  create(resource: string, object: KubeObject, options?: WriteOptions): KubeObject;
  update(resource: string, object: KubeObject, subresource?: "status", options?: WriteOptions): KubeObject;
  delete(
    resource: string,
    name: string,
    namespace?: string,
    options?: DeleteOptions & { resourceVersion?: string; dryRun?: boolean },
  ): KubeObject | undefined;
  /** Says whether there is such a resource at all; asking for one that is not is an error. */
  serves(resource: string): boolean;
  /** Gives a copy of an incoming object with the resource's defaults filled in. */
  defaulted(resource: string, object: KubeObject): KubeObject;
}

/**
 * Creates the memory of one cluster's API server: the namespaces that every cluster has, the Service default/kubernetes, and
 * nothing else. Objects that it hands out are frozen.
 */
export function createStore({ serviceCidr, apiEndpoint, historyLength = 4096, now }: StoreOptions): ApiStore {
  const registry = createRegistry();
  const storage = createStorage(historyLength);
  const nowText = () => (now?.() ?? new Date()).toISOString().replace(/\.\d+Z$/, "Z");

  const tableOf = (resource: Resource) => resource.storedAs ?? resourceName(resource);

  const list = (name: string, { namespace, labelSelector: labels, fieldSelector: fields }: Selection = {}) => {
    const resource = registry.named(name);
    const labelled = labels ? labelSelector(labels) : undefined;
    const fielded = fields ? fieldSelector(fields, resource) : undefined;
    return storage
      .list(tableOf(resource))
      .filter(
        (object) =>
          (!namespace || object.metadata.namespace === namespace) &&
          (!labelled || labelled(object.metadata.labels)) &&
          (!fielded || fielded(object)),
      );
  };

  const get = (name: string, objectName: string, namespace?: string) => {
    const resource = registry.named(name);
    const key = resource.namespaced ? `${namespace}/${objectName}` : objectName;
    return storage.get(tableOf(resource), key);
  };

  const contextOf = (resource: Resource, fromClient = false): StrategyContext => ({
    resource,
    serviceCidr,
    serves: registry.has,
    list,
    get,
    internal: !fromClient,
    nowText,
  });

  const defaulted = (name: string, object: KubeObject) => {
    const resource = registry.named(name);
    const draft = copyOf(object);
    draft.apiVersion = apiVersionOf(resource);
    draft.kind = resource.kind;
    strategyOf(resource).defaults?.(draft);
    return draft;
  };

  const create = (name: string, object: KubeObject, { dryRun, fromClient }: WriteOptions = {}) => {
    const resource = registry.named(name);
    const strategy = strategyOf(resource);
    const context = contextOf(resource, fromClient);
    const draft = defaulted(name, object);
    if (draft.metadata.resourceVersion) {
      throw new ApiError(500, "InternalError", "resourceVersion should not be set on objects to be created");
    }
    if (!resource.namespaced) delete draft.metadata.namespace;
    nameFromPrefix(draft);
    namespaceLifecycle(draft, context);
    draft.metadata = {
      ...withoutSystemFields(draft.metadata),
      uid: randomUUID(),
      ...(resource.generation && { generation: 1 }),
      creationTimestamp: nowText(),
    };
    if (resource.subresources.includes("status")) setStatus(draft, strategy.initialStatus?.(draft));
    strategy.prepareCreate?.(draft, context);
    admit(draft, undefined, context);
    refuse(resource, draft, [...validateMetadata(draft, resource), ...(strategy.validate?.(draft, context) ?? [])]);
    review(draft, undefined, context);
    const key = storageKey(draft);
    if (storage.get(tableOf(resource), key)) throw alreadyExists(resource, draft.metadata.name);
    refuse(resource, draft, strategy.allocate?.(draft, undefined, context) ?? []);
    return dryRun ? draft : storage.put(tableOf(resource), key, draft);
  };

  const update = (name: string, object: KubeObject, subresource?: "status", options: WriteOptions = {}) => {
    const resource = registry.named(name);
    const strategy = strategyOf(resource);
    const context = contextOf(resource, options.fromClient);
    const { metadata } = object;
    const old = get(name, metadata.name, metadata.namespace);
    if (!old) throw notFound(resource, metadata.name);
    checkPreconditions(resource, old, metadata);
    const draft = defaulted(name, object);
    if (subresource === "status") replaceAllButStatus(draft, old);
    else if (resource.subresources.includes("status")) setStatus(draft, old.status);
    keepSystemFields(draft, old);
    if (subresource === "status") strategy.prepareStatus?.(draft, old, context);
    else {
      strategy.prepareUpdate?.(draft, old, context);
      admit(draft, old, context);
      refuse(resource, draft, [
        ...validateMetadata(draft, resource),
        ...validateMetadataUpdate(draft, old),
        ...(strategy.validate?.(draft, context) ?? []),
        ...(strategy.validateUpdate?.(draft, old, context) ?? []),
      ]);
      review(draft, old, context);
      refuse(resource, draft, strategy.allocate?.(draft, old, context) ?? []);
      if (resource.generation && !isDeepStrictEqual(specOf(draft), specOf(old))) {
        draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
      }
    }
    if (isDeepStrictEqual(draft, old)) return old;
    if (options.dryRun) return draft;
    const key = storageKey(draft);
    if (!deletion(resource).isComplete(draft)) return storage.put(tableOf(resource), key, draft);
    return storage.remove(tableOf(resource), key) ?? old;
  };

  const store: ApiStore = {
    registry,
    storage,
    serves: registry.has,
    get,
    list,
    create,
    update,
    defaulted,
    modify(name, objectName, namespace, mutate, subresource) {
      const old = get(name, objectName, namespace);
      const draft = old && mutate(structuredClone(old));
      return draft && update(name, draft, subresource);
    },
    delete(name, objectName, namespace, options = {}) {
      const resource = registry.named(name);
      const old = get(name, objectName, namespace);
      if (!old) return undefined;
      checkDeletePreconditions(resource, old, options);
      const draft = deletion(resource).begin(copyOf(old), options, nowText());
      if (isDeepStrictEqual(draft, old) && old.metadata.deletionTimestamp && !deletion(resource).isComplete(draft))
        return old;
      if (options.dryRun) return draft;
      if (deletion(resource).isComplete(draft)) return storage.remove(tableOf(resource), storageKey(old));
      return storage.put(tableOf(resource), storageKey(old), draft);
    },
    watch(name, listener, { replay } = {}) {
      const table = tableOf(registry.named(name));
      const start = storage.revision();
      if (replay) for (const object of storage.list(table)) listener({ type: "ADDED", object });
      return storage.listen(({ resource, type, object, revision }) => {
        if (resource === table && revision > start) listener({ type, object });
      });
    },
  };
  serveDefinitions(store);
  keepQuotaStatus(store);
  bootstrap(store, serviceCidr, apiEndpoint);
  return store;
}

/** Leaves out what JSON leaves out, so that a written `undefined` is an absent field. */
function copyOf(object: KubeObject): KubeObject {
  const copy = JSON.parse(JSON.stringify(object)) as KubeObject;
  copy.metadata ??= { name: "" };
  for (const [field, value] of Object.entries(copy.metadata)) {
    if (value === null) delete (copy.metadata as unknown as Record<string, unknown>)[field];
  }
  if (copy["status"] === null) delete copy["status"];
  return copy;
}

function nameFromPrefix({ metadata }: KubeObject): void {
  if (metadata.name || !metadata.generateName) return;
  const alphabet = "bcdfghjklmnpqrstvwxz2456789";
  const suffix = Array.from({ length: 5 }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join("");
  metadata.name = `${metadata.generateName.slice(0, 58)}${suffix}`;
}

function withoutSystemFields(metadata: KubeObject["metadata"]): KubeObject["metadata"] {
  const { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, ...rest } = metadata;
  delete rest.deletionGracePeriodSeconds;
  return rest;
}

function keepSystemFields(draft: KubeObject, { metadata: old }: KubeObject): void {
  const managedFields = draft.metadata.managedFields ?? old.managedFields;
  draft.metadata = {
    ...withoutSystemFields(draft.metadata),
    uid: old.uid,
    resourceVersion: old.resourceVersion,
    ...(old.generation !== undefined && { generation: old.generation }),
    creationTimestamp: old.creationTimestamp,
    ...(old.deletionTimestamp && { deletionTimestamp: old.deletionTimestamp }),
    ...(old.deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds: old.deletionGracePeriodSeconds }),
    ...(managedFields && { managedFields }),
  };
}

function replaceAllButStatus(draft: KubeObject, old: KubeObject): void {
  const { status } = draft;
  const managedFields = draft.metadata.managedFields;
  for (const field of Object.keys(draft)) delete draft[field];
  Object.assign(draft, copyOf(old));
  setStatus(draft, status);
  if (managedFields) draft.metadata.managedFields = managedFields;
}

function setStatus(draft: KubeObject, status: unknown): void {
  if (status === undefined) delete draft["status"];
  else draft["status"] = status;
}

/** What metadata.generation counts: everything but metadata and status. */
function specOf({ metadata, status, ...rest }: KubeObject): unknown {
  return rest;
}

function refuse(resource: Resource, draft: KubeObject, errors: Parameters<typeof invalid>[2]): void {
  if (errors.length > 0) throw invalid(resource, draft.metadata.name ?? "", errors);
}

function checkPreconditions(
  resource: Resource,
  old: KubeObject,
  { name, uid, resourceVersion }: KubeObject["metadata"],
): void {
  if (uid && uid !== old.metadata.uid) {
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
    );
  }
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw staleVersion(resource, name);
}

function checkDeletePreconditions(
  resource: Resource,
  { metadata }: KubeObject,
  { uid, resourceVersion }: { uid?: string; resourceVersion?: string },
): void {
  const why = (what: string, asked: string, found: string | undefined) =>
    `the ${what} in the precondition (${asked}) does not match the ${what} in record (${found}). ` +
    "The object might have been deleted and then recreated";
  if (uid && uid !== metadata.uid) throw conflict(resource, metadata.name, why("UID", uid, metadata.uid));
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    throw conflict(resource, metadata.name, why("ResourceVersion", resourceVersion, metadata.resourceVersion));
  }
}
