import type { FailOn } from "../report/compare/worse-than.ts";
import type { Settings } from "../scenario/settings.ts";

export interface Toleration {
  key?: string;
  operator: "Exists" | "Equal";
  value?: string;
  effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** What the main job does: options, configuration file and defaults together. Durations are in milliseconds. */
export interface RunOptions {
  /** Names of the kubeconfig, in the order of the rows. Empty: the embedded lab. */
  contexts: string[];
  kubeconfig?: string;
  suites: string[];
  /** Scenarios, suites and patterns of path ids that must be looked at everywhere for a run to pass. */
  required: string[];
  list: boolean;
  dryRun: boolean;
  /** With the registry that stands in for Docker Hub. */
  image: string;
  imagePullSecret?: string;
  namespacePrefix: string;
  nodeSelector: Record<string, string>;
  tolerations: Toleration[];
  maxNodes: number;
  /** Forces from where nodes and load balancers are asked from outside; else that is found out. */
  outside?: "runner" | "other-cluster" | "none";
  settings: Settings;
  timeoutMs: number;
  settleMs: number;
  keep: boolean;
  /** As the user named it: a file, a directory or `latest`. */
  baseline?: string;
  /** Kinds of change since the baseline that keep a run from passing. */
  failOn: FailOn[];
  /** Path of the file of known issues. */
  knownIssues?: string;
  reportDir: string;
  color: boolean;
}
