import type { Path } from "./path.ts";
import type { Place } from "./place.ts";
import type { World } from "./world.ts";

/**
 * Properties of a cluster that a scenario can ask for. A cluster that lacks one skips the scenario with the reason.
 *
 * `dns` — a DNS Service, whether or not its servers are ready. `pod-names` — that DNS answers for `a-b-c-d.NAMESPACE.pod.DOMAIN`.
 * `ipv4-only` — Services get IPv4 addresses unless they ask for more. `multi-node` — two chosen nodes or more. `multi-cluster` — the run has two clusters or more.
 */
export type Feature = "dns" | "pod-names" | "ipv4-only" | "multi-node" | "multi-cluster";

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
  /** Enumerates what is asked; reads names only. */
  paths(world: World): Iterable<Path>;
  /** A command that shows more about a broken path. Default: the system pods of the node that was asked. */
  look?(place: Place): string;
}

let register: (scenario: Scenario) => void = () => {
  throw new Error("a suite was imported before anybody asked for its scenarios");
};

/** Declares a scenario. What becomes of it is decided by whoever imported the suite: the catalogue or a vitest worker. */
export function scenario(name: string, record: Omit<Scenario, "name">): void {
  register({ name, ...record });
}

/** Hands every scenario declared from now on to `listener`. */
export function onScenario(listener: (scenario: Scenario) => void): void {
  register = listener;
}

/** The suite that a scenario belongs to: the first part of its name. */
export function suiteOf(name: string): string {
  return name.split("/")[0] ?? name;
}
