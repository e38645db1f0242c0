import { hasNodePortsIn } from "../lib/scenario/expect/expect-node-ports.ts";
import { hasStatus } from "../lib/scenario/expect/expect-status.ts";
import { answeredBy, answeredByAny, blocked } from "../lib/scenario/expect/expect.ts";
import { type Path, path } from "../lib/scenario/path.ts";
import type { Asker, Node, Pod } from "../lib/scenario/place.ts";
import { http, objects, silenceTimeoutMs, tcp, udp } from "../lib/scenario/probes.ts";
import { scenario } from "../lib/scenario/scenario.ts";
import type { ClusterView } from "../lib/scenario/world.ts";

const spec = "https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport";
const protocols = [http, tcp, udp] as const;

function forwards(cluster: ClusterView, to: Node, from: Asker, vantage?: Path["vantage"]): Path[] {
  const service = cluster.service("echo-node-port");
  return protocols.flatMap((protocol) => {
    const opened = path(`${protocol.name}-forwards`, {
      from,
      to,
      through: { rung: "node-port", service },
      probe: () => protocol(to.address, { port: service.nodePort(protocol.name) }),
      expect: answeredByAny(cluster.echoes),
      vantage,
    });
    const closed = path(`${protocol.name}-nothing-else`, {
      from,
      to,
      through: { rung: "node-port" },
      probe: () => protocol(to.address, { port: cluster.freeNodePort, timeoutMs: silenceTimeoutMs }),
      expect: blocked(["refused", "timeout", "unreachable", "denied", "reset"]),
      control: opened,
      vantage,
    });
    return [opened, closed];
  });
}

scenario("node-port/every-node", {
  claim:
    "every node forwards an allocated node port from the pods of every node, of every cluster, to a ready backend, and forwards no other port",
  spec,
  covers: ["K3", "N2"],
  needs: [],
  eachFamily: true,
  deploy: ["node-ports.yaml"],
  *paths({ clusters }) {
    const clients = clusters.flatMap((cluster) => cluster.clients);
    for (const cluster of clusters)
      for (const node of cluster.nodes) for (const from of clients) yield* forwards(cluster, node, from);
  },
});

scenario("node-port/from-outside", {
  claim: "every node forwards an allocated node port from outside to a ready backend, and forwards no other port",
  spec,
  covers: ["K3", "N2"],
  needs: ["outside"],
  eachFamily: true,
  deploy: ["node-ports.yaml"],
  *paths({ clusters, outsideOf, vantageOf }) {
    for (const cluster of clusters)
      for (const node of cluster.nodes) {
        const from = outsideOf(node);
        if (from) yield* forwards(cluster, node, from, vantageOf(cluster.name));
      }
  },
});

scenario("node-port/allocated-range", {
  claim: "node ports are allocated in the cluster's range",
  spec,
  covers: ["K3", "N2"],
  needs: [],
  deploy: ["node-ports.yaml"],
  *paths({ clusters }) {
    for (const { api, service, nodePortRange } of clusters)
      for (const to of [service("echo-node-port"), service("lone-node-port")])
        yield path("in-range", {
          from: api,
          to,
          probe: () => objects({ apiVersion: "v1", kind: "Service" }, { namespace: to.namespace, name: to.name }),
          expect: hasNodePortsIn(nodePortRange),
        });
  },
});

scenario("node-port/health-check", {
  claim:
    "with external traffic policy Local the health check node port says on each node whether it has a ready backend",
  spec: "https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip",
  covers: ["K3"],
  needs: [],
  deploy: ["node-ports.yaml", "load-balancer-local.yaml"],
  *paths({ clusters, outsideOf, vantageOf }) {
    for (const cluster of clusters)
      for (const node of cluster.nodes) {
        const fromOutside = outsideOf(node);
        if (fromOutside?.kind === "outside") yield healthOf(cluster, node, fromOutside, vantageOf(cluster.name));
        for (const from of cluster.clients) yield healthOf(cluster, node, from);
      }
  },
});

function healthOf(cluster: ClusterView, to: Node, from: Asker, vantage?: Path["vantage"]): Path {
  const hasBackend = to === cluster.nodes[0];
  const service = cluster.service("balanced-local");
  return path(hasBackend ? "healthy" : "no-backend", {
    from,
    to,
    through: { rung: "node-port", service },
    probe: () => http(to.address, { port: service.healthCheckNodePort, path: "/healthz" }),
    expect: hasBackend ? hasStatus(200, "a ready backend is here") : hasStatus(503, "no ready backend is here"),
    vantage,
  });
}

scenario("node-port/local-policy", {
  claim:
    "with external traffic policy Local a node answers from outside only if it has a ready backend, which sees the real client",
  spec: "https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy",
  covers: ["K3"],
  needs: ["outside", "multi-node"],
  eachFamily: true,
  deploy: ["node-ports.yaml"],
  *paths({ clusters, outsideOf, vantageOf }) {
    for (const cluster of clusters) {
      const vantage = vantageOf(cluster.name);
      const [withBackend, ...others] = cluster.nodes;
      if (!withBackend) continue;
      const lone = cluster.workload("lone");
      for (const protocol of protocols) {
        const answered = local(outsideOf(withBackend), withBackend, protocol, cluster, lone, vantage);
        if (!answered) continue;
        yield answered;
        for (const node of others) {
          const from = outsideOf(node);
          if (from)
            yield path(`${protocol.name}-no-backend`, {
              from,
              to: node,
              through: { rung: "node-port", service: cluster.service("lone-node-port") },
              probe: () =>
                protocol(node.address, {
                  port: cluster.service("lone-node-port").nodePort(protocol.name),
                  timeoutMs: silenceTimeoutMs,
                }),
              expect: blocked(["refused", "timeout", "unreachable", "denied", "reset"]),
              control: answered,
              vantage,
            });
        }
      }
    }
  },
});

function local(
  from: Asker | undefined,
  to: Node,
  protocol: (typeof protocols)[number],
  cluster: ClusterView,
  lone: Pod,
  vantage: Path["vantage"],
): Path | undefined {
  if (!from) return undefined;
  return path(`${protocol.name}-backend`, {
    from,
    to,
    through: { rung: "node-port", service: cluster.service("lone-node-port") },
    probe: () => protocol(to.address, { port: cluster.service("lone-node-port").nodePort(protocol.name) }),
    // A cluster may rewrite the source of its own pods on their way out; nobody may rewrite the runner's.
    expect: answeredBy(lone, from.kind === "outside" ? { clientAddress: { notOf: cluster } } : {}),
    vantage,
  });
}
