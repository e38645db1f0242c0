import type { Hands } from "./hands.ts";
import type { Path } from "./path.ts";
import type { Place } from "./place.ts";
import type { World } from "./world.ts";

/**
 * Properties of a cluster that a scenario can ask for. A cluster that lacks one skips the scenario with the reason.
 *
 * `dns` — a DNS Service, whether or not its servers are ready. `pod-names` — that DNS answers for `a-b-c-d.NAMESPACE.pod.DOMAIN`.
 * `ipv4-only` — Services get IPv4 addresses unless they ask for more. `multi-node` — two chosen nodes or more. `multi-cluster` — the run has
 * two clusters or more. `outside` — somebody can ask its nodes from outside. `load-balancer` — something gives addresses to Services of
 * that type. `load-balancer-local` — and keeps to nodes with backends. `address-pools` — those addresses are from pools that it tells.
 * `ingress` — an IngressClass. `mesh-annotations` — Cilium's mesh joins it to another cluster. `mesh-mcs` — the API of exported and imported
 * Services. `mesh-dns` — names below `clusterset.local`. `mesh-endpoint-slices` — Cilium's mesh keeps endpoint slices of other clusters.
 * `cilium-mesh` — Cilium runs a mesh here and in another cluster, whether or not it joins the two. `network-policy` — something enforces
 * NetworkPolicies. `pod-blocks` — their ipBlocks select pods, too. `cilium-policy` — CiliumNetworkPolicies are enforced.
 * `control-plane` — nodes that say that they are of the control plane. `host-network`, `disruptive`, `expectations` — the user allowed or gave them.
 */
export const features = [
  "dns",
  "pod-names",
  "ipv4-only",
  "multi-node",
  "multi-cluster",
  "outside",
  "load-balancer",
  "load-balancer-local",
  "address-pools",
  "ingress",
  "mesh-annotations",
  "mesh-mcs",
  "mesh-dns",
  "mesh-endpoint-slices",
  "cilium-mesh",
  "network-policy",
  "pod-blocks",
  "cilium-policy",
  "control-plane",
  "host-network",
  "disruptive",
  "expectations",
] as const;

export type Feature = (typeof features)[number];

/** One state of affairs in a scenario that changes something: the change, and what is promised after it. */
export interface Act {
  /** In kebab-case; part of the ids of its paths. Empty for a scenario's only act. */
  name: string;
  /** Brings the state about. The paths are asked as soon as it resolves; it rejects when the change could not be made. */
  change?(hands: Hands): Promise<void>;
  /**
   * What is asked. Those marked `during` are asked without pause while the change is made and have failed when one answer is not as
   * expected; the others are asked after it, until they converge, and then go on to hold.
   */
  paths: Iterable<Path>;
}

/** One claim about clusters, how it is asked, and what must be deployed to ask it. */
export interface Scenario {
  /** `suite/name`, in kebab-case. */
  name: string;
  /** A sentence in the present tense that is true of a healthy cluster. */
  claim: string;
  /** The clause that makes the claim true. */
  spec: string;
  /** Rows of the requirements table that it covers, such as `K3`. */
  covers: string[];
  needs: Feature[];
  /** Files of fixtures/manifests. Each is ready in all clusters before the next one is applied. */
  deploy: string[];
  /** Whether its paths between clusters test what is expected between them; else those between clusters that must not talk are skipped. */
  judgesExpectations?: true;
  /** Whether all of it is asked over each address family, where clusters have both; else over the first one only. */
  eachFamily?: true;
  /** Enumerates what is asked, and in which order things change; reads names only. */
  acts(world: World): Iterable<Act>;
  /** A command that shows more about a broken path. Default: the system pods of the node that was asked. */
  look?(place: Place): string;
}

/** A scenario as suites write it: with acts, or with the paths of its only one. */
export type ScenarioRecord = Omit<Scenario, "name" | "acts"> &
  (Pick<Scenario, "acts"> | { paths(world: World): Iterable<Path> });

let register: (scenario: Scenario) => void = () => {
  throw new Error("a suite was imported before anybody asked for its scenarios");
};

/** Declares a scenario. What becomes of it is decided by whoever imported the suite: the catalogue or a vitest worker. */
export function scenario(name: string, record: ScenarioRecord): void {
  if ("acts" in record) register({ name, ...record });
  else register({ name, ...record, acts: (world) => [{ name: "", paths: record.paths(world) }] });
}

/** Hands every scenario declared from now on to `listener`. */
export function onScenario(listener: (scenario: Scenario) => void): void {
  register = listener;
}

/** The suite that a scenario belongs to: the first part of its name. */
export function suiteOf(name: string): string {
  return name.split("/")[0] ?? name;
}
