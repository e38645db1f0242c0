import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApiAccess } from "../api-access.ts";
import type { Manner } from "../../sabotage/views/view.ts";
import { distortedResources } from "../../sabotage/views/distorted-resources.ts";
import { answerQuestion, type Answer, type Zones } from "./answer.ts";
import { createClusterMemory, type WatchedKind } from "./cluster-view.ts";
import { startNameServer } from "./name-server.ts";

export interface ClusterDnsOptions {
  access: ApiAccess;
  /** `cluster.local` */
  domain: string;
  /** `clusterset.local`: the zone of imported Services, where the cluster has any. */
  clusterSetDomain?: string;
  /** The node that it runs on, where that is known. */
  node?: string | undefined;
  /** The address that everything listens on. */
  address: string;
  /** Zero takes any free port. */
  ports: { dns: number; health: number; ready: number };
  log: (line: string) => void;
}

/** A name server that follows its cluster. */
export interface ClusterDns {
  ports: { dns: number; health: number; ready: number };
  close(): void;
}

const ownKinds: [kind: WatchedKind, path: string][] = [
  ["namespaces", "/api/v1/namespaces"],
  ["services", "/api/v1/services"],
  ["endpointslices", "/apis/discovery.k8s.io/v1/endpointslices"],
];
const importKind: [kind: WatchedKind, path: string] = [
  "serviceimports",
  "/apis/multicluster.x-k8s.io/v1alpha1/serviceimports",
];
const nothing = { isAuthoritative: false, answers: [], authorities: [], additionals: [] };
const notYet: Answer = { rcode: "SERVFAIL", ...nothing };

/**
 * Serves the names of a cluster, and over HTTP whether it lives (`health`) and whether it knows the cluster by now (`ready`, 503 until
 * then). Before that every question fails. Resolves when all ports are open.
 */
export async function startClusterDns(options: ClusterDnsOptions): Promise<ClusterDns> {
  const { access, node, domain, clusterSetDomain, address, ports, log } = options;
  const memory = createClusterMemory();
  const kinds = clusterSetDomain === undefined ? ownKinds : [...ownKinds, importKind];
  const zones: Zones = { domain, ...(clusterSetDomain !== undefined && { clusterSetDomain }) };
  const missing = new Set(kinds.map(([kind]) => kind));
  const stop = new AbortController();
  const { watch, manner } = distortedResources(access, { component: "dns", node }, { signal: stop.signal, log });
  for (const [kind, path] of kinds) {
    const listener = {
      replace(objects: Parameters<typeof memory.replace>[1]) {
        memory.replace(kind, objects);
        missing.delete(kind);
      },
      put: memory.put.bind(undefined, kind),
      remove: memory.remove.bind(undefined, kind),
      failed: log,
    };
    void watch(path, listener, stop.signal);
  }
  const answer = (question: { name: string; type: string }): Answer =>
    missing.size > 0 ? notYet : (denied(manner(), question) ?? answerQuestion(memory, zones, question));
  const dns = await startNameServer(address, ports.dns, answer, () => manner().delayMs ?? 0);
  const health = await listen(address, ports.health, () => undefined);
  const ready = await listen(address, ports.ready, () =>
    missing.size > 0 ? `waiting for ${[...missing].join(", ")}` : undefined,
  );
  return {
    ports: { dns: dns.port, health: portOf(health), ready: portOf(ready) },
    close() {
      stop.abort();
      dns.close();
      for (const server of [health, ready]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

function denied({ denies }: Manner, question: { name: string; type: string }): Answer | undefined {
  const rcode = denies?.(question);
  return rcode && { rcode, ...nothing };
}

/** Answers 200 OK, or 503 with the objection. */
async function listen(address: string, port: number, objection: () => string | undefined): Promise<Server> {
  const server = createServer((_request, response) => {
    const why = objection();
    response.statusCode = why === undefined ? 200 : 503;
    response.end(why ?? "OK");
  });
  server.listen(port, address);
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
