import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { Server } from "node:net";
import type { LabNode } from "../model.ts";
import { listenInNetns } from "../net/listen-in-netns.ts";
import type { ServicePort } from "./service-ports.ts";
import type { ServicePorts } from "./service-watch.ts";

/** Answers on a node's health check ports. */
export interface ServiceHealth {
  /** From now on answers for these Services; ports that no Service has are closed. */
  show(ports: ServicePorts): void;
  /** Resolves when the ports that were asked for are open. Never rejects. */
  settled(): Promise<void>;
  /** Closes all ports. */
  stop(): void;
}

interface Check {
  service: ServicePort["service"];
  /** Addresses of the ready endpoints that are on the node. */
  local: Set<string>;
}

/**
 * Serves the health check ports of one node, over HTTP on its address of one family: 200 while the node has a ready endpoint of the Service whose port
 * it is, else 503; both with the number of such endpoints. A port that cannot be opened is logged, and tried again with the next change.
 *
 * @see https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip
 */
export function serveServiceHealth(
  node: Pick<LabNode, "name" | "netns" | "address">,
  log: (line: string) => void,
): ServiceHealth {
  const listeners = new Map<number, Promise<Server | undefined>>();
  let checks = new Map<number, Check>();

  const open = async (port: number): Promise<Server | undefined> => {
    try {
      const answers = createServer((_, response) => answer(response, checks.get(port)));
      const listener = await listenInNetns(node.netns, { address: node.address, port });
      return listener.on("connection", (socket) => answers.emit("connection", socket));
    } catch (error) {
      listeners.delete(port);
      log(`kube-proxy of ${node.name}: health check port ${port}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const close = (port: number): void => {
    void listeners.get(port)?.then((listener) => listener?.close());
    listeners.delete(port);
  };
  return {
    show(ports) {
      checks = checksOf(ports, node.name);
      for (const port of listeners.keys()) if (!checks.has(port)) close(port);
      for (const port of checks.keys()) if (!listeners.has(port)) listeners.set(port, open(port));
    },
    async settled() {
      await Promise.all(listeners.values());
    },
    stop() {
      for (const port of listeners.keys()) close(port);
    },
  };
}

function checksOf(ports: ServicePorts, nodeName: string): Map<number, Check> {
  const checks = new Map<number, Check>();
  for (const { service, healthCheckNodePort: port, endpoints } of ports.values()) {
    if (port === undefined) continue;
    const check: Check = checks.get(port) ?? { service, local: new Set() };
    checks.set(port, check);
    for (const endpoint of endpoints) {
      if (endpoint.ready && endpoint.nodeName === nodeName) check.local.add(endpoint.address);
    }
  }
  return checks;
}

function answer(response: ServerResponse, check: Check | undefined): void {
  if (check === undefined) {
    response.destroy();
    return;
  }
  const count = check.local.size;
  response.writeHead(count > 0 ? 200 : 503, {
    "content-type": "application/json",
    "x-content-type-options": "nosniff",
    "x-load-balancing-endpoint-weight": String(count),
    connection: "close",
  });
  const body = { service: check.service, localEndpoints: count, serviceProxyHealthy: true };
  response.end(JSON.stringify(body, undefined, "\t"));
}
