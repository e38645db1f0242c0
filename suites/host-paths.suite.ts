import { answeredBy, answeredByEach, type Expectation } from "../lib/scenario/expect/expect.ts";
import {
  accepts,
  answersHttp,
  answersNobody,
  demandsCredentials,
  refusesAnonymous,
} from "../lib/scenario/expect/expect-ports.ts";
import { hostPorts } from "../lib/scenario/host-ports.ts";
import { type Path, path } from "../lib/scenario/path.ts";
import type { Node, Pod, Service } from "../lib/scenario/place.ts";
import { http, silenceTimeoutMs, tcp, udp } from "../lib/scenario/probes.ts";
import { scenario } from "../lib/scenario/scenario.ts";
import type { PortExpectation } from "../lib/scenario/settings.ts";
import type { ClusterView, World } from "../lib/scenario/world.ts";

const protocols = [http, tcp, udp] as const;
const networkModel = "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model";
const wellKnownPorts = "https://kubernetes.io/docs/reference/networking/ports-and-protocols/";

/** Ports of fixtures/manifests/echo-services.yaml, by the protocol that answers there. */
const servicePorts = [
  { protocol: http, port: 80 },
  { protocol: tcp, port: 81 },
  { protocol: udp, port: 82 },
] as const;

const portsOfHosts = [
  { protocol: http, port: hostPorts.http },
  { protocol: tcp, port: hostPorts.tcp },
  { protocol: udp, port: hostPorts.udp },
] as const;

function everyNode({ nodes, controlPlane }: ClusterView): Node[] {
  return [...nodes, ...controlPlane.filter(({ node }) => !nodes.some((chosen) => chosen.node === node))];
}

/** What is worth reading without credentials. */
function readPath({ at, name }: PortExpectation): string {
  if (at === "api-server") return "/api/v1/nodes";
  return name === "kubelet" ? "/pods" : "/metrics";
}

function ask(
  variant: string,
  from: Pod,
  to: Node | Service,
  row: PortExpectation,
  expect: Expectation,
  control?: Path,
) {
  const isPlain = variant.endsWith("-plain");
  return path(variant, {
    from,
    to,
    probe: () =>
      http(to.address, {
        port: row.port,
        path: readPath(row),
        ...(isPlain ? {} : { tls: { serverName: "" } }),
        ...(expect.denial ? { timeoutMs: silenceTimeoutMs } : {}),
      }),
    expect,
    ...(expect.denial && control ? { control } : {}),
  });
}

/** The questions of one row of the port audit. A port that should be silent is asked over TLS and without. */
function* audited(from: Pod, to: Node | Service, row: PortExpectation, control: Path): Iterable<Path> {
  const { name, at, expect } = row;
  if (expect === "open") yield ask(`${name}-plain`, from, to, row, accepts());
  else if (expect === "authenticated")
    yield ask(name, from, to, row, at === "api-server" ? demandsCredentials() : refusesAnonymous(), control);
  else for (const variant of [name, `${name}-plain`]) yield ask(variant, from, to, row, answersNobody(), control);
}

/** Proves that a pod can ask at all: the API server answers it or, where it is meant not to, another pod. */
function controlOf(from: Pod, { apiService, echoes }: ClusterView, { settings }: World): Path {
  const row = settings.ports.find(({ at, expect }) => at === "api-server" && expect !== "silent");
  if (row) return ask("control", from, apiService, row, answersHttp());
  const [echo = from] = echoes.filter(({ node }) => node !== from.node).concat(echoes);
  return path("control", { from, to: echo, probe: () => http(echo.address), expect: answeredBy(echo) });
}

function* audit(world: World, at: PortExpectation["at"], placesOf: (cluster: ClusterView) => (Node | Service)[]) {
  const rows = world.settings.ports.filter((row) => row.at === at);
  for (const cluster of world.clusters)
    for (const from of cluster.clients) {
      const control = controlOf(from, cluster, world);
      yield control;
      for (const to of placesOf(cluster)) for (const row of rows) yield* audited(from, to, row, control);
    }
}

scenario("host-paths/api-server", {
  claim: "the API server answers pods, and gives nothing to those without credentials",
  spec: "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests",
  covers: ["N2"],
  needs: [],
  deploy: [],
  paths: (world) => audit(world, "api-server", ({ apiService }) => [apiService]),
});

scenario("host-paths/every-node", {
  claim: "the machinery of the nodes gives nothing to pods without credentials: kubelets refuse anonymous reads",
  spec: "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/",
  covers: ["N2"],
  needs: [],
  eachFamily: true,
  deploy: [],
  paths: (world) => audit(world, "every-node", everyNode),
});

scenario("host-paths/control-plane", {
  claim: "the machinery of the control plane does not answer pods: neither controller manager nor scheduler nor etcd",
  spec: wellKnownPorts,
  covers: ["N2"],
  needs: ["control-plane"],
  eachFamily: true,
  deploy: [],
  paths: (world) => audit(world, "control-plane", ({ controlPlane }) => controlPlane),
});

function* toEcho(from: Pod, to: Pod) {
  for (const protocol of protocols)
    yield path(protocol.name, { from, to, probe: () => protocol(to.address), expect: answeredBy(to) });
}

scenario("host-paths/node-to-own-pods", {
  claim: "what runs on a node itself reaches every pod of that node",
  spec: networkModel,
  covers: ["N1"],
  needs: ["host-network"],
  eachFamily: true,
  deploy: ["host-agents.yaml"],
  *paths({ clusters }) {
    for (const { hosts, clients, echoes } of clusters)
      for (const from of hosts)
        for (const to of [...clients, ...echoes]) if (to.node === from.node) yield* toEcho(from, to);
  },
});

scenario("host-paths/node-to-other-pods", {
  claim: "a pod in a node's own network reaches the pods of all other nodes",
  spec: networkModel,
  covers: ["N1"],
  needs: ["host-network", "multi-node"],
  eachFamily: true,
  deploy: ["host-agents.yaml"],
  *paths({ clusters }) {
    for (const { hosts, echoes } of clusters)
      for (const from of hosts) for (const to of echoes) if (to.node !== from.node) yield* toEcho(from, to);
  },
});

scenario("host-paths/pod-to-node", {
  claim: "a pod reaches what listens on its own node and on every other one",
  spec: networkModel,
  covers: ["N1"],
  needs: ["host-network"],
  eachFamily: true,
  deploy: ["host-agents.yaml"],
  *paths({ clusters }) {
    for (const { clients, hosts } of clusters)
      for (const from of clients)
        for (const to of hosts)
          for (const { protocol, port } of portsOfHosts)
            yield path(`${protocol.name}-${to.node === from.node ? "own-node" : "other-node"}`, {
              from,
              to,
              probe: () => protocol(to.address, { port }),
              expect: answeredBy(to),
            });
  },
});

scenario("host-paths/pod-to-kubelet", {
  claim: "a pod reaches the kubelets of all other nodes, as whoever gathers metrics does",
  spec: wellKnownPorts,
  covers: ["N2"],
  needs: ["host-network"],
  eachFamily: true,
  deploy: [],
  *paths(world) {
    const kubelets = world.settings.ports.filter(({ name }) => name === "kubelet");
    for (const cluster of world.clusters)
      for (const from of cluster.clients) {
        const control = controlOf(from, cluster, world);
        yield control;
        for (const to of everyNode(cluster).filter(({ node }) => node !== from.node))
          for (const row of kubelets)
            yield ask("answers", from, to, row, row.expect === "silent" ? answersNobody() : answersHttp(), control);
      }
  },
});

scenario("host-paths/node-to-service", {
  claim: "a pod in a node's own network reaches every backend of a Service at its cluster address",
  spec: "https://kubernetes.io/docs/reference/networking/virtual-ips/",
  covers: ["N1", "K3"],
  needs: ["host-network"],
  eachFamily: true,
  deploy: ["host-agents.yaml", "echo-services.yaml"],
  *paths({ clusters }) {
    for (const { hosts, echoes, service } of clusters) {
      const to = service("echo");
      for (const from of hosts)
        for (const { protocol, port } of servicePorts)
          yield path(protocol.name, {
            from,
            to,
            probe: () => protocol(to.address, { port }),
            expect: answeredByEach(echoes),
          });
    }
  },
});
