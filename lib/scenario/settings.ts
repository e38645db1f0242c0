import { usualPorts } from "./usual-ports.ts";

/** What the user wants of a run, beyond which clusters it tests. */
export interface Settings {
  /** Allows pods in the nodes' own network, in a privileged namespace. */
  hostNetwork: boolean;
  /** Allows scenarios that delete and roll out the run's own pods under traffic. */
  disruptive: boolean;
  /** The IngressClass to test; else it is found out. */
  ingressClass?: string;
  /** How long a Service of type LoadBalancer may wait for its address. */
  loadBalancerLimitMs: number;
  /** How long clients of a mesh-wide Service may be without an answer from the clusters that are left. */
  failOverLimitMs: number;
  /** How long a packet between the pods of two clusters and its answer may take. Nobody but the user can say what is too long. */
  roundTripLimitMs: number;
  /** What is expected between ordered pairs of contexts; a pair that is not named is expected to be reachable. */
  expectations: Expected[];
  /** Ports of nodes and API servers that are audited from pods. */
  ports: PortExpectation[];
}

/** Whether pods and Services of one cluster are meant to be reached from another one. */
export interface Expected {
  from: string;
  to: string;
  expect: "reachable" | "denied";
}

/** What a port of a cluster's own machinery says to a pod without credentials. */
export interface PortExpectation {
  /** In kebab-case; part of ids. */
  name: string;
  /** The API server's Service, every chosen and every control-plane node, or every control-plane node. */
  at: "api-server" | "every-node" | "control-plane";
  port: number;
  /**
   * `authenticated`: it gives nothing to who has no credentials; an API server has to say so, of other ports silence will do, too. `silent`: no
   * answer of any kind. `open`: it accepts connections.
   */
  expect: "authenticated" | "silent" | "open";
}

/** What holds unless the user says otherwise. */
export const defaultSettings: Settings = {
  hostNetwork: false,
  disruptive: false,
  loadBalancerLimitMs: 60_000,
  failOverLimitMs: 30_000,
  roundTripLimitMs: 200,
  expectations: [],
  ports: usualPorts,
};

/** Tells what is expected from one context to another. The last entry about a pair counts. */
export function expectedBetween({ expectations }: Settings, from: string, to: string): Expected["expect"] {
  return expectations.findLast((entry) => entry.from === from && entry.to === to)?.expect ?? "reachable";
}
