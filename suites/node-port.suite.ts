import { answeredBy, answeredByAny, blocked } from "../lib/scenario/expect.ts";
import { type Path, path } from "../lib/scenario/path.ts";
import type { Asker, Node, Pod } from "../lib/scenario/place.ts";
import { http, silenceTimeoutMs, tcp, udp } from "../lib/scenario/probes.ts";
import { scenario } from "../lib/scenario/scenario.ts";
import type { ClusterView, World } from "../lib/scenario/world.ts";

const spec = "https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport";
const protocols = [http, tcp, udp] as const;

/** From outside, from every node's client, and from the clients of every other cluster. */
function askersOf({ clusters, outsideOf }: World, node: Node): Asker[] {
  const fromOutside = outsideOf(node);
  const clients: Asker[] = clusters.flatMap((cluster) => cluster.clients);
  return fromOutside?.kind === "outside" ? [fromOutside, ...clients] : clients;
}

function forwards(from: Asker, to: Node, protocol: (typeof protocols)[number], cluster: ClusterView): Path {
  const service = cluster.service("echo-node-port");
  return path(`${protocol.name}-forwards`, {
    from,
    to,
    probe: () => protocol(to.address, { port: service.nodePort(protocol.name) }),
    expect: answeredByAny(cluster.echoes),
  });
}

scenario("node-port/every-node", {
  claim: "every node forwards an allocated node port to a ready backend, and forwards no other port",
  spec,
  covers: ["K3", "N2"],
  needs: [],
  eachFamily: true,
  deploy: ["node-ports.yaml"],
  *paths(world) {
    for (const cluster of world.clusters)
      for (const node of cluster.nodes)
        for (const from of askersOf(world, node))
          for (const protocol of protocols) {
            const opened = forwards(from, node, protocol, cluster);
            yield opened;
            yield path(`${protocol.name}-nothing-else`, {
              from,
              to: node,
              probe: () => protocol(node.address, { port: cluster.freeNodePort, timeoutMs: silenceTimeoutMs }),
              expect: blocked(["refused", "timeout", "unreachable", "denied", "reset"]),
              control: opened,
            });
          }
  },
});

scenario("node-port/local-policy", {
  claim:
    "with external traffic policy Local a node answers from outside only if it has a ready backend, which sees the real client",
  spec: "https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy",
  covers: ["K3"],
  needs: ["outside", "multi-node"],
  eachFamily: true,
  deploy: ["node-ports.yaml"],
  *paths({ clusters, outsideOf }) {
    for (const cluster of clusters) {
      const [withBackend, ...others] = cluster.nodes;
      if (!withBackend) continue;
      const lone = cluster.workload("lone");
      for (const protocol of protocols) {
        const answered = local(outsideOf(withBackend), withBackend, protocol, cluster, lone);
        if (!answered) continue;
        yield answered;
        for (const node of others) {
          const from = outsideOf(node);
          if (from)
            yield path(`${protocol.name}-no-backend`, {
              from,
              to: node,
              probe: () =>
                protocol(node.address, {
                  port: cluster.service("lone-node-port").nodePort(protocol.name),
                  timeoutMs: silenceTimeoutMs,
                }),
              expect: blocked(["refused", "timeout", "unreachable", "denied", "reset"]),
              control: answered,
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
): Path | undefined {
  if (!from) return undefined;
  return path(`${protocol.name}-backend`, {
    from,
    to,
    probe: () => protocol(to.address, { port: cluster.service("lone-node-port").nodePort(protocol.name) }),
    // A cluster may rewrite the source of its own pods on their way out; nobody may rewrite the runner's.
    expect: answeredBy(lone, from.kind === "outside" ? { clientAddress: { nodes: cluster.nodes } } : {}),
  });
}
