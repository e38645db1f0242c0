import type { Log } from "../controllers/reconcile-queue.ts";
import type { LabCluster, Store } from "../model.ts";
import type { ExportedService } from "./exported-service.ts";
import { createLink } from "./link.ts";
import type { Link } from "./link.ts";
import { linkSecret } from "./mesh-names.ts";
import { startSharing } from "./share.ts";
import type { Shared } from "./share.ts";
import type { SharedService } from "./shared-facts.ts";

/** Clusters that share Services. */
export interface Mesh {
  /** Makes a cluster a member: from now on it shares, and knows what the others share, as far as its Secret links it to them. */
  join(cluster: LabCluster, store: Store, log: Log): RemoteClusters;
}

/** What a member knows of the others. */
export interface RemoteClusters {
  /** The Services of other clusters under `namespace/name`, in order of the clusters' names. */
  services(key: string): SharedService[];
  /** What other clusters export under `namespace/name`, in the same order. */
  exports(key: string): ExportedService[];
  /** All keys under which something is known. */
  keys(): Iterable<string>;
  /** Calls back after each change. Returns the stop function. */
  subscribe(listener: (key: string) => void): () => void;
}

interface Member {
  shared: Shared;
  /** Meets a cluster that is a member too. */
  meet(cluster: string, shared: Shared): void;
}

/**
 * Makes a mesh without members.
 *
 * A member is linked to another one by an entry of its Secret kube-system/cilium-clustermesh. An entry that leads elsewhere is a lost connection:
 * the member goes on with what it knew. Without an entry it knows nothing of the other one.
 *
 * @see https://docs.cilium.io/en/stable/network/clustermesh/intro/
 */
export function createMesh(): Mesh {
  const members = new Map<string, Member>();
  return {
    join(cluster, store, log) {
      const shared = startSharing(store, cluster, log);
      const { member, remote } = createMember(store, shared);
      for (const [name, other] of members) {
        member.meet(name, other.shared);
        other.meet(cluster.name, shared);
      }
      members.set(cluster.name, member);
      return remote;
    },
  };
}

/** What an entry of the Secret says about the way to a cluster. */
export function linkEntry(cluster: string): string {
  return `endpoints:\n- https://${cluster}.mesh.cilium.io:2379\n`;
}

function createMember(store: Store, shared: Shared): { member: Member; remote: RemoteClusters } {
  const links = new Map<string, Link>();
  const listeners = new Set<(key: string) => void>();
  let entries: Record<string, string> = {};

  function follow(cluster: string, link: Link): void {
    const entry = entries[cluster];
    if (entry === undefined) link.forget();
    else if (Buffer.from(entry, "base64").toString() === linkEntry(cluster)) link.connect();
    else link.lose();
  }
  store.watch(
    "secrets",
    ({ type, object }) => {
      const { name, namespace } = object.metadata;
      if (name !== linkSecret.name || namespace !== linkSecret.namespace) return;
      entries = type === "DELETED" ? {} : (object["data"] ?? {});
      for (const [cluster, link] of links) follow(cluster, link);
    },
    { replay: true },
  );
  const remote: RemoteClusters = {
    services: (key) => inOrder(links).flatMap(({ known }) => known.get(key)?.service ?? []),
    exports: (key) => inOrder(links).flatMap(({ known }) => known.get(key)?.exported ?? []),
    keys: () => new Set(inOrder(links).flatMap(({ known }) => [...known.keys()])),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const meet = (cluster: string, other: Shared): void => {
    const link = createLink(other, (key) => {
      for (const listener of listeners) listener(key);
    });
    links.set(cluster, link);
    follow(cluster, link);
  };
  return { member: { shared, meet }, remote };
}

function inOrder(links: ReadonlyMap<string, Link>): Link[] {
  return [...links].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, link]) => link);
}
