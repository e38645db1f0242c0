import type { Certificates } from "../../cluster/kubeconfig/fill-certificates.ts";
import type { Entrance } from "../../cluster/features/ingress-entrances.ts";
import type { IngressClass } from "../../cluster/features/ingress-classes.ts";

/** What a run knows of the Ingresses that it made, in all clusters. */
export interface Ingresses {
  /** The classes of each cluster that are tested, by context. */
  readonly classes: ReadonlyMap<string, readonly IngressClass[]>;
  /** Where each class takes requests, or why that is not known; by `ingressKey`. */
  readonly found: Map<string, readonly Entrance[] | { unknown: string }>;
  /** Certificates that were made for the Secrets of each cluster, by context. */
  readonly certificates: Map<string, Certificates>;
  /** What is being published or is, by cluster and file. */
  readonly published: Map<string, Promise<void>>;
}

/** Begins with nothing but the classes. */
export function keepIngresses(classes: Iterable<readonly [context: string, classes: IngressClass[]]>): Ingresses {
  return { classes: new Map(classes), found: new Map(), certificates: new Map(), published: new Map() };
}

/** Names a class of a cluster. */
export function ingressKey(cluster: string, ingressClass: string): string {
  return JSON.stringify([cluster, ingressClass]);
}

/** The certificates of a cluster, which may be added to. */
export function certificatesOf({ certificates }: Ingresses, cluster: string): Certificates {
  const own = certificates.get(cluster) ?? new Map();
  certificates.set(cluster, own);
  return own;
}
