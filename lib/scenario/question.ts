import type { KubeObject, ResourceKind } from "../cluster/cluster.ts";
import type { Observation, Probe } from "../probe/probe.ts";

/** Asks an API server for one object, or for all of a kind in a namespace or in the cluster. */
export interface ObjectQuestion {
  kind: "objects";
  of: ResourceKind;
  namespace?: string;
  /** Absent: all of them. */
  name?: string;
  timeoutMs: number;
}

/** Whatever a path can ask: the network, by an agent or by this machine, or an API server. */
export type Question = Probe | ObjectQuestion;

/** What one question came to. */
export interface Sighting extends Observation {
  /** Of an ObjectQuestion only; empty when there is none. */
  objects?: KubeObject[];
  /** What the cluster's events say about the one object that was asked for, oldest first: `AllocationFailed: no address`. */
  events?: string[];
}

/** Narrows a question to those that agents and this machine can put to the network. */
export function isProbe(question: Question): question is Probe {
  return question.kind !== "objects";
}
