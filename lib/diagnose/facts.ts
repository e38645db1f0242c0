import type { PodName } from "../report/path-result.ts";
import type { Seen } from "./seen.ts";
import { sharedAddresses, type SharedAddresses } from "./shared-addresses.ts";

/** What the matrix as a whole tells about the clusters. */
export interface Facts {
  /** In order of their names. */
  clusters: string[];
  /** By cluster; only those that were asked one by one. */
  dnsServers: Map<string, PodName[]>;
  /** By protocol as results have it: the port at which pods themselves are asked. */
  podPorts: Map<string, number>;
  sharedAddresses: SharedAddresses;
}

/** Gathers them from all paths. */
export function factsOf(all: readonly Seen[]): Facts {
  const names = new Set(all.flatMap(({ path: { from, to } }) => [from.cluster, to.cluster]));
  const clusters = [...names].filter((name) => name !== "").toSorted();
  const facts: Facts = {
    clusters,
    dnsServers: new Map(),
    podPorts: new Map(),
    sharedAddresses: sharedAddresses(all),
  };
  for (const { path, way } of all) {
    if (way.dnsServer) addServer(facts.dnsServers, way.dnsServer);
    if (way.rung === "pod" && way.port !== undefined) facts.podPorts.set(path.protocol, way.port);
  }
  return facts;
}

function addServer(servers: Facts["dnsServers"], server: PodName): void {
  const known = servers.get(server.cluster) ?? [];
  if (!known.some(({ node, name }) => node === server.node && name === server.name))
    servers.set(server.cluster, [...known, server]);
}
