import { randomBytes } from "node:crypto";
import { textOf } from "../../base/open-record.ts";
import { settle } from "./settle.ts";
import type { Answer, Wire } from "./wire.ts";

const resources = {
  bindings: ["v1", "Binding"],
  configmaps: ["v1", "ConfigMap"],
  daemonsets: ["apps/v1", "DaemonSet"],
  deployments: ["apps/v1", "Deployment"],
  endpointslices: ["discovery.k8s.io/v1", "EndpointSlice"],
  events: ["v1", "Event"],
  namespaces: ["v1", "Namespace"],
  networkpolicies: ["networking.k8s.io/v1", "NetworkPolicy"],
  pods: ["v1", "Pod"],
  replicasets: ["apps/v1", "ReplicaSet"],
  resourcequotas: ["v1", "ResourceQuota"],
  secrets: ["v1", "Secret"],
  serviceaccounts: ["v1", "ServiceAccount"],
  serviceexports: ["multicluster.x-k8s.io/v1alpha1", "ServiceExport"],
  serviceimports: ["multicluster.x-k8s.io/v1alpha1", "ServiceImport"],
  services: ["v1", "Service"],
} as const;

export type ResourceWord = keyof typeof resources;

/** Image of every pod here; any cluster can pull it. */
export const image = "docker.io/library/node:24-alpine";

/** Every object of the contract wears it. */
export const ownLabel = { "app.kubernetes.io/managed-by": "meshgate" };

/** A namespace of the contract's own, and short ways to speak of what is in it. */
export interface Room {
  readonly wire: Wire;
  readonly namespace: string;
  /** `/api/v1/namespaces/NS/pods/NAME/log?…` */
  path(resource: ResourceWord, name?: string, rest?: string): string;
  /** A whole object with the contract's label. */
  object(resource: ResourceWord, name: string, fields?: Fields): Record<string, unknown>;
  create(resource: ResourceWord, name: string, fields?: Fields): Promise<Record<string, unknown>>;
  get(resource: ResourceWord, name: string): Promise<Answer>;
  /** Items that wear a label: `app=one`. */
  list(resource: ResourceWord, labelSelector?: string): Promise<Record<string, unknown>[]>;
  patch(resource: ResourceWord, name: string, body: unknown, rest?: string): Promise<Answer>;
  remove(resource: ResourceWord, name: string): Promise<Answer>;
  /** Creates another namespace, which goes when the contract ends. */
  another(labels?: Record<string, string>): Promise<Room>;
}

export interface Fields {
  metadata?: Record<string, unknown>;
  [field: string]: unknown;
}

/** The rooms of one run and the way to leave them. */
export interface Rooms {
  /** With a name, a namespace that can have the same name in another cluster. */
  open(labels?: Record<string, string>, name?: string): Promise<Room>;
  /** Deletes every namespace that was opened and waits until they are gone. */
  removeAll(): Promise<void>;
}

/** Makes up the name of a namespace. */
export function roomName(): string {
  return `meshgate-contract-${randomBytes(4).toString("hex")}`;
}

/** Opens namespaces named `meshgate-contract-RANDOM` and remembers them. */
export function createRooms(wire: Wire): Rooms {
  const opened: string[] = [];
  const open = async (labels: Record<string, string> = {}, name = roomName()): Promise<Room> => {
    opened.push(name);
    await created(wire, "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels: { ...ownLabel, ...labels } },
    });
    const room = roomIn(wire, name, open);
    // Pods are refused until their service account is there.
    await settle("the default service account", () => room.get("serviceaccounts", "default"), isFound);
    return room;
  };
  return {
    open,
    async removeAll() {
      await Promise.all(
        opened.map(async (name) => {
          const path = `/api/v1/namespaces/${name}`;
          await wire.request("DELETE", path);
          await settle(`the end of namespace ${name}`, () => wire.request("GET", path), isGone, 120_000);
        }),
      );
    },
  };
}

export function isFound(answer: Answer): boolean {
  return answer.status === 200;
}

export function isGone(answer: Answer): boolean {
  return answer.status === 404;
}

function roomIn(wire: Wire, namespace: string, another: Rooms["open"]): Room {
  const path: Room["path"] = (resource, name, rest = "") => {
    const [apiVersion] = resources[resource];
    const root = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
    const scope = resource === "namespaces" ? "" : `/namespaces/${namespace}`;
    return `${root}${scope}/${resource}${name === undefined ? "" : `/${name}`}${rest}`;
  };
  const object: Room["object"] = (resource, name, { metadata = {}, ...fields } = {}) => {
    const [apiVersion, kind] = resources[resource];
    const labels = { ...ownLabel, ...(metadata["labels"] as Record<string, string> | undefined) };
    return { apiVersion, kind, metadata: { name, ...metadata, labels }, ...fields };
  };
  return {
    wire,
    namespace,
    path,
    object,
    another,
    create: (resource, name, fields) => created(wire, path(resource), object(resource, name, fields)),
    get: (resource, name) => wire.request("GET", path(resource, name)),
    async list(resource, labelSelector = "") {
      const query = `?labelSelector=${encodeURIComponent(labelSelector)}`;
      const { body } = await wire.request("GET", path(resource, undefined, query));
      return (body as { items: Record<string, unknown>[] }).items;
    },
    patch: (resource, name, body, rest) =>
      wire.request("PATCH", path(resource, name, rest), { body, contentType: "application/merge-patch+json" }),
    remove: (resource, name) => wire.request("DELETE", path(resource, name)),
  };
}

async function created(wire: Wire, path: string, body: Record<string, unknown>): Promise<Record<string, unknown>> {
  const answer = await wire.request("POST", path, { body });
  if (answer.status !== 201) {
    throw new Error(
      `creating ${textOf(body, "kind")} ${textOf(body, "metadata", "name")} gave ${answer.status}: ${answer.text}`,
    );
  }
  return answer.body as Record<string, unknown>;
}
