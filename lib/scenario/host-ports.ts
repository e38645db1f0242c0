/** Ports of the agents in the nodes' own network; those of fixtures/manifests/host-agents.yaml. */
export const hostPorts = { http: 28_080, tcp: 28_081, udp: 28_082 } as const;
