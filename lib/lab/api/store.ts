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

import {
  copyOf,
  keepSystemFields,
  nameFromPrefix,
  replaceAllButStatus,
  setStatus,
  specOf,
  withoutSystemFields,
} from "./object-draft.ts";
import { checkDeletePreconditions, checkPreconditions } from "./preconditions.ts";
import { fieldSelector } from "./select/field-selector.ts";
import { labelSelector } from "./select/label-selector.ts";
import { alreadyExists, invalid, notFound } from "./status-errors.ts";
import type { FieldError } from "./status-errors.ts";
import { createStorage, storageKey } from "./storage.ts";
import type { Storage } from "./storage.ts";
import { deletion } from "./strategies/deletion.ts";
import { validateMetadata, validateMetadataUpdate } from "./strategies/metadata.ts";
import { distortedStore } from "../sabotage/views/distorted-store.ts";
import { namespaceLifecycle } from "./strategies/namespace-lifecycle.ts";
import { usualNodePorts } from "./strategies/service-node-ports.ts";
import type { NodePortRange } from "./strategies/service-node-ports.ts";
import { strategyOf } from "./strategies/strategies.ts";
import type { StrategyContext } from "./strategies/strategy.ts";

export interface StoreOptions {
  /** Where service addresses come from: `10.96.0.0/16`. The first address is the API server's own, the tenth the DNS server's. */
  serviceCidr: string;
  /** Where IPv6 addresses of Services come from. Without it Services have IPv4 only. */
  ipv6ServiceCidr?: string;
  /** Where the Service default/kubernetes leads; without it that Service has no endpoints. */
  apiEndpoint?: { address: string; port: number };
  /** From where Services get node ports; 30000 to 32767 when left out. */
  nodePorts?: () => NodePortRange;
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
export function createStore({
  serviceCidr,
  ipv6ServiceCidr,
  apiEndpoint,
  nodePorts = () => usualNodePorts,
  historyLength = 4096,
  now,
}: StoreOptions): ApiStore {
  const serviceCidrs = [serviceCidr, ...(ipv6ServiceCidr === undefined ? [] : [ipv6ServiceCidr])];
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
    serviceCidrs,
    nodePorts: nodePorts(),
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
  keepQuotaStatus({ ...store, ...distortedStore(store, { component: "quota" }) });
  bootstrap(store, serviceCidr, apiEndpoint);
  return store;
}

function refuse(resource: Resource, draft: KubeObject, errors: FieldError[]): void {
  if (errors.length > 0) throw invalid(resource, draft.metadata.name ?? "", errors);
}
