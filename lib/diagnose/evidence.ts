import type { Outcome } from "../probe/outcome.ts";
import type { Results } from "../report/path-result.ts";

/** All that a diagnosis goes by. */
export interface Evidence {
  /** The whole matrix: what passed counts as much as what failed. */
  results: Pick<Results, "clusters" | "paths" | "troubles">;
  /** What the API servers say about the Services that failed paths asked; empty when nobody looked. */
  endpoints: EndpointFacts[];
  /** Answers to what a first diagnosis wanted to know. */
  confirmed: Confirmed[];
}

/** The backends of one Service as the EndpointSlices of a cluster list them. */
export interface EndpointFacts {
  cluster: string;
  /** As in a way: `run/echo`. */
  service: string;
  endpoints: { cluster: string; node: string; pod: string; address: string; ready: boolean }[];
  /** Pods that the Service selects and that are ready, listed or not. */
  readyPods: { node: string; pod: string; address: string }[];
}

/** Names a pod of the run, as results do. */
export interface PodName {
  cluster: string;
  node: string;
  /** Its role: client or echo. */
  name: string;
}

/**
 * A question on top of the matrix, that tells causes apart. `reach` — the pod, over one protocol, port and size. `path-mtu` — the most
 * bytes of IP packet that a datagram which must not be fragmented brings there and back. `arrival` — whether datagrams arrive whose answers do
 * not come back. `node` — the address of the pod's node, at a port where it refuses or answers. `dns` — one DNS server, from this pod.
 */
export type Confirmation =
  | {
      kind: "reach";
      from: PodName;
      to: PodName;
      protocol: "http" | "tcp" | "udp";
      bytes: number;
      family?: "IPv4" | "IPv6";
    }
  | { kind: "path-mtu"; from: PodName; to: PodName; family?: "IPv4" | "IPv6" }
  | { kind: "arrival"; from: PodName; to: PodName; family?: "IPv4" | "IPv6" }
  | { kind: "node"; from: PodName; to: { cluster: string; node: string } }
  | { kind: "dns"; from: PodName; server: PodName; transport: "udp" | "tcp" };

/** What a confirmation came to. Absent numbers: it could not be measured. */
export interface Confirmed {
  confirmation: Confirmation;
  outcomes: Partial<Record<Outcome, number>>;
  /** `path-mtu` only: bytes of the largest IP packet that went both ways, headers included. */
  mtuBytes?: number;
  /** `arrival` only: how many of the datagrams the asked pod saw. */
  arrived?: number;
  /** In words, for reports. */
  saw: string;
}
