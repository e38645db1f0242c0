/** What faults need to know of fixtures/lab/two-regions.yaml: the names that paths and causes are made of, and addresses. */

/** Nodes, as the topology has them. */
export const control = "region-athens-control-plane";
export const worker = "region-athens-worker";
export const worker2 = "region-athens-worker2";
export const hurupNodes = ["region-hurup-control-plane", "region-hurup-worker", "region-hurup-worker2"];
export const athensNodes = [control, worker, worker2];

/** Contexts, and nodes as causes name them. */
export const athens = "kind-region-athens";
export const hurup = "kind-region-hurup";
export const inAthens = (node: string): string => `${athens}/${node}`;

/** Ranges of pods. */
export const pods = {
  athens: "10.0.0.0/16",
  hurup: "10.2.0.0/16",
  everywhere: "{ 10.0.0.0/16, 10.2.0.0/16 }",
  worker: "10.0.1.0/24",
  worker2: "10.0.2.0/24",
} as const;

/** Addresses on the network between nodes. */
export const addresses = { outside: "172.19.0.1", worker: "172.19.0.3", worker2: "172.19.0.4" } as const;

/** By which node each range of pods is reached. */
export const gateways = {
  athens: { "10.0.0.0/24": "172.19.0.2", "10.0.1.0/24": "172.19.0.3", "10.0.2.0/24": "172.19.0.4" },
  hurup: { "10.2.0.0/24": "172.19.0.5", "10.2.1.0/24": "172.19.0.6", "10.2.2.0/24": "172.19.0.7" },
} as const;
