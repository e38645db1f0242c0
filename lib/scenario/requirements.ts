import type { Scenario } from "./scenario.ts";

/** A system or behaviour that meshgate must cover. */
export interface Requirement {
  id: string;
  what: string;
  /** What covers it that is no scenario. */
  elsewhere?: string;
}

/** The requirements table: what scenarios name in `covers`. */
export const requirements: Requirement[] = [
  { id: "K1", what: "pods, ReplicaSets and Deployments heal themselves, and roll out without a lost request" },
  { id: "K2", what: "namespaces keep equal names apart" },
  { id: "K3", what: "Services of every type" },
  { id: "K4", what: "environment variables tell of Services" },
  { id: "K5", what: "limits, quotas, several tenants" },
  { id: "N1", what: "every pod reaches every pod without address translation" },
  { id: "N2", what: "ports of the control plane and of nodes" },
  { id: "N3", what: "any pod network" },
  { id: "D1", what: "names of Services" },
  { id: "D2", what: "names of pods" },
  { id: "I1", what: "Ingress routes by path" },
  { id: "I2", what: "a path that no rule has gets a default backend or a 404" },
  { id: "I3", what: "Ingress routes by host, and serves the right certificate" },
  { id: "I4", what: "any ingress controller, chosen by its class" },
  { id: "C1", what: "two regions with address ranges of their own", elsewhere: "`npm run lab`" },
  { id: "C2", what: "meshed clusters have names, numbers and ranges of their own" },
  { id: "C3", what: "load balancers give addresses of their own cluster's pool" },
  { id: "C4", what: "the mesh's status is not believed: the data path is asked" },
  { id: "C5", what: "one name, served by every cluster" },
  { id: "C6", what: "tenants reach the shared cluster and not each other" },
  { id: "C7", what: "network policies within and between clusters" },
  { id: "C8", what: "encryption on the way", elsewhere: "not covered yet" },
  { id: "C9", what: "what the incumbent covers, for any number of clusters", elsewhere: "all suites together" },
  { id: "F1", what: "federated placement", elsewhere: "not covered yet" },
  { id: "F2", what: "a federated Service resolves to its own cluster's address" },
  {
    id: "F3",
    what: "credentials of every kind",
    elsewhere: "`lib/cluster/kubeconfig/credentials.test.ts`, `lib/cluster/kubeconfig/kubeconfig.test.ts`",
  },
  { id: "F4", what: "any context name", elsewhere: "`lib/cli/end-to-end/`" },
  { id: "F5", what: "nothing is left behind", elsewhere: "`npm run cleanup`, `lib/cluster/run/sweep.test.ts`" },
  { id: "U1", what: "traffic through a change", elsewhere: "not covered yet" },
];

/** Tells, per requirement, which scenarios cover it; in the order of the table. */
export function coverage(scenarios: readonly Scenario[]): [Requirement, string[]][] {
  return requirements.map((requirement) => [
    requirement,
    scenarios.filter(({ covers }) => covers.includes(requirement.id)).map(({ name }) => name),
  ]);
}
