import type { Family } from "../base/family.ts";
import type { NamespaceOf } from "./world.ts";

/**
 * Names a pod of the run before it exists. Address and UID are there once it runs; reading them earlier throws, which is a
 * mistake in a scenario: probes and expectations read them when they are asked, never while paths are enumerated.
 */
export interface Pod {
  kind: "pod";
  cluster: string;
  /** Absent for a pod that the scheduler may place on any chosen node. */
  node?: string;
  /** Its role in the run, such as client, echo or unready. */
  name: string;
  readonly namespace: string;
  /** Which one of the run's that is. */
  within?: NamespaceOf;
  /** Of the family that is asked; where none is, the first one. */
  readonly address: string;
  readonly uid: string;
  /** The node that it runs on, also where the scheduler chose it. Absent while that is not known. */
  readonly placedOn?: string | undefined;
  /** The family whose addresses are asked; absent in clusters that have one only. */
  family?: Family;
}

/** The machine that runs meshgate, which is no pod of any cluster. */
export interface Outside {
  kind: "outside";
  cluster: "";
  name: "runner";
}

/** A cluster's API server, which is asked about objects by this machine. */
export interface Api {
  kind: "api";
  cluster: string;
  name: "api";
}

/** Whoever can ask. */
export type Asker = Pod | Outside | Api;

/** Names a Service of the run, or one of the cluster's own. */
export interface Service {
  kind: "service";
  cluster: string;
  name: string;
  readonly namespace: string;
  /** As a pod's; absent for one of the cluster's own. */
  within?: NamespaceOf;
  /** As a pod's. */
  family?: Family;
  /** Whether it is known to have no address of its own. */
  readonly isHeadless?: boolean;
  /** Cluster address. Throws for a headless Service. */
  readonly address: string;
  /** Where a load balancer has published it: an address, or a name. The first of them; throws while there is none. */
  readonly loadBalancerHost: string;
  /** All of them; empty while there are none. */
  readonly loadBalancerHosts: string[];
  /** The node port of a port of the Service, by the port's name. Throws when it has none. */
  nodePort(port: string): number;
  /** The port at which every node tells whether it has local endpoints. Throws when there is none. */
  readonly healthCheckNodePort: number;
  /** `echo.NAMESPACE.svc.DOMAIN` */
  readonly fullName: string;
}

/** A node of a cluster. */
export interface Node {
  kind: "node";
  cluster: string;
  /** The node's name; `name` is always `node`. */
  node: string;
  name: "node";
  /** Internal address. */
  address: string;
  /** As a pod's. */
  family?: Family;
}

/** Names what the run's Ingresses of one class make reachable. */
export interface Ingress {
  kind: "ingress";
  cluster: string;
  /** The IngressClass. */
  name: string;
  readonly namespace: string;
  /** What the manifests call `my-online-store.example`. */
  readonly domain: string;
  /** Where this asker reaches it: an address or a name, with ports. Throws when it does not, or while that is not known. */
  entranceFor(asker: Asker): { host: string; http: number; https: number };
  /** Whether the Service of its controller tells where it is, which then has no load balancer that an Ingress could name. */
  readonly isToldByService: boolean;
  /** What an Ingress of the manifests is called for this class. */
  objectName(name: string): string;
  /** SHA-256 of the certificate in a Secret of the manifests, as an observation has it. Throws while there is none. */
  fingerprint(secret: string): string;
}

/** Names something that is asked and is neither a pod nor a Service of the run, such as one DNS server. */
export interface Named {
  kind: "named";
  cluster: string;
  node?: string;
  name: string;
  /** As a pod's. */
  family?: Family;
}

export type Place = Pod | Outside | Api | Service | Node | Ingress | Named;

export const outside: Outside = { kind: "outside", cluster: "", name: "runner" };

/** Prints a place in names only: `cluster/node/name`, or `runner`. */
export function placeName(place: Place): string {
  const node = "node" in place && place.node !== undefined ? place.node : "";
  return [place.cluster, node, place.name].filter((part) => part !== "").join("/");
}
