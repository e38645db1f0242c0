import { networkInterfaces } from "node:os";
import type { Identity } from "../probe.ts";
import type { AgentFacts } from "../protocol.ts";
import { readResolver } from "../resolver.ts";

/** The pod that this process runs in, as the downward API tells it. Empty texts where nothing is told. */
export type Pod = Pick<Identity, "cluster" | "node" | "namespace" | "pod" | "uid">;

/** Reads the pod's identity from MESHGATE_CLUSTER, MESHGATE_NODE, MESHGATE_NAMESPACE, MESHGATE_POD and MESHGATE_UID. */
export function podOf(environment: NodeJS.ProcessEnv): Pod {
  const value = (name: string) => environment[`MESHGATE_${name}`] ?? "";
  return {
    cluster: value("CLUSTER"),
    node: value("NODE"),
    namespace: value("NAMESPACE"),
    pod: value("POD"),
    uid: value("UID"),
  };
}

/** Gathers what the agent says of itself in its first line. */
export function agentFacts(environment: NodeJS.ProcessEnv): AgentFacts {
  return {
    runtime: `node ${process.version} ${process.platform}/${process.arch}`,
    ...podOf(environment),
    addresses: ownAddresses(),
    resolver: readResolver(),
  };
}

/** Addresses that others can ask: neither loopback nor link-local. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !/^(fe[89ab]|169\.254\.)/i.test(address))
    .map(({ address }) => address);
}
