import {
  hasAddress,
  hasAddressOf,
  noneHasAddressOf,
  sharesNoAddressWith,
} from "../lib/scenario/expect/expect-load-balancer.ts";
import { answeredBy, answeredByEach, blocked } from "../lib/scenario/expect/expect.ts";
import type { Hands } from "../lib/scenario/hands.ts";
import { kubectl } from "../lib/scenario/kubectl.ts";
import { type Path, path } from "../lib/scenario/path.ts";
import type { Asker, Place, Service } from "../lib/scenario/place.ts";
import { http, objects, silenceTimeoutMs, tcp, udp } from "../lib/scenario/probes.ts";
import { scenario } from "../lib/scenario/scenario.ts";
import type { ClusterView, World } from "../lib/scenario/world.ts";

const spec = "https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer";
const deployed = ["load-balancer.yaml", "load-balancer-local.yaml"];
const names = ["balanced", "balanced-udp", "balanced-ready", "balanced-local"];
/** Tells who holds which address. */
const look = (place: Place) => kubectl(place, "get services -A -o wide");
const ofService = { apiVersion: "v1", kind: "Service" };

/** Ports of fixtures/manifests/load-balancer.yaml by the protocol that answers there. */
const balancedPorts = [
  { service: "balanced", protocol: http, port: 8180 },
  { service: "balanced", protocol: tcp, port: 8181 },
  { service: "balanced-udp", protocol: udp, port: 8182 },
] as const;
const readyPorts = [
  { protocol: http, port: 8280 },
  { protocol: tcp, port: 8281 },
] as const;
const localPorts = [
  { protocol: http, port: 8380 },
  { protocol: tcp, port: 8381 },
] as const;
const deletedPorts = [
  { protocol: http, port: 18_480 },
  { protocol: tcp, port: 18_481 },
] as const;

/** Addresses are given while the run goes on: whoever needs them waits for them first. */
function once({ clusters, settings }: World, services: string[]) {
  return async (hands: Hands) => {
    const limitMs = settings.loadBalancerLimitMs;
    await Promise.all(clusters.map((cluster) => hands.awaitAddresses(cluster, services, limitMs)));
  };
}

/** Who asks, and for whom outside of the cluster. */
interface Origin {
  from: Asker;
  vantage?: Path["vantage"];
}

function fromOutside(world: World, { name, nodes: [node] }: ClusterView): Origin[] {
  const from = node && world.outsideOf(node);
  return from ? [{ from, vantage: world.vantageOf(name) }] : [];
}

/** A cluster without load balancers has pods all the same. */
function fromPods({ allClusters }: World): Origin[] {
  return allClusters.flatMap(({ clients }) => clients.map((from) => ({ from })));
}

/** Where agents stand in for this machine, they are among the pods. */
function fromAnywhere(world: World, cluster: ClusterView): Origin[] {
  return [...fromOutside(world, cluster).filter(({ from }) => from.kind === "outside"), ...fromPods(world)];
}

function askedFor(service: Service) {
  return () => objects(ofService, { namespace: service.namespace, name: service.name });
}

scenario("load-balancer/address", {
  claim: "a Service of type LoadBalancer gets an address within the limit",
  spec,
  covers: ["K3", "C3"],
  needs: ["load-balancer"],
  deploy: deployed,
  look,
  *acts({ clusters, settings }) {
    yield {
      name: "",
      change: async (hands) => {
        await Promise.all(clusters.map((cluster) => hands.apply(cluster, "load-balancer-timed.yaml")));
      },
      paths: clusters.flatMap(({ api, service }) =>
        ["balanced-timed", ...names].map((name) =>
          path("assigned", {
            from: api,
            to: service(name),
            probe: askedFor(service(name)),
            expect: hasAddress(),
            settleMs: settings.loadBalancerLimitMs,
          }),
        ),
      ),
    };
  },
});

scenario("load-balancer/own-pool", {
  claim: "the address of a Service of type LoadBalancer lies in a pool of its own cluster",
  spec: "https://metallb.io/usage/",
  covers: ["K3", "C3"],
  needs: ["load-balancer", "address-pools"],
  deploy: deployed,
  look,
  *acts(world) {
    yield {
      name: "",
      change: once(world, names),
      paths: world.clusters.flatMap(({ api, service, addressPools }) =>
        names.map((name) =>
          path("in-own-pool", {
            from: api,
            to: service(name),
            probe: askedFor(service(name)),
            expect: hasAddressOf(addressPools),
          }),
        ),
      ),
    };
  },
});

scenario("load-balancer/pools-apart", {
  claim: "the pools of different clusters have no address in common",
  spec: "https://metallb.io/configuration/",
  covers: ["C3"],
  needs: ["address-pools", "multi-cluster"],
  deploy: [],
  look,
  judgesExpectations: true,
  *paths({ clusters }) {
    for (const one of clusters)
      for (const other of clusters.filter(({ name }) => name > one.name))
        for (const { kind, name, namespace } of one.addressPools)
          yield path(`pool-${name}`, {
            from: one.api,
            to: other.api,
            probe: () => objects(kind, { name, ...(namespace === undefined ? {} : { namespace }) }),
            expect: sharesNoAddressWith(other.addressPools, other.name),
          });
  },
});

scenario("load-balancer/unique-address", {
  claim: "no Service of one cluster has the address that another cluster gave to a Service",
  spec,
  covers: ["C3"],
  needs: ["load-balancer", "multi-cluster"],
  deploy: deployed,
  look,
  judgesExpectations: true,
  *acts(world) {
    const { clusters } = world;
    yield {
      name: "",
      change: once(world, names),
      paths: clusters.flatMap((holder) =>
        clusters
          .filter((other) => other !== holder)
          .map((other) =>
            path("not-taken", {
              from: holder.api,
              to: other.api,
              probe: () => objects(ofService),
              expect: noneHasAddressOf(
                other.name,
                names.map((name) => other.service(name)),
              ),
            }),
          ),
      ),
    };
  },
});

scenario("load-balancer/from-outside", {
  claim: "the address of a load balancer leads from outside to every ready backend, over TCP and UDP",
  spec,
  covers: ["K3", "C3"],
  needs: ["load-balancer", "outside"],
  deploy: deployed,
  look,
  *acts(world) {
    yield {
      name: "",
      change: once(world, ["balanced", "balanced-udp"]),
      paths: world.clusters.flatMap((cluster) =>
        fromOutside(world, cluster).flatMap((from) => reaching(world, from, cluster)),
      ),
    };
  },
});

scenario("load-balancer/from-pods", {
  claim: "the address of a load balancer leads from the pods of every node, of every cluster, to every ready backend",
  spec,
  covers: ["K3", "C3"],
  needs: ["load-balancer"],
  deploy: deployed,
  look,
  *acts(world) {
    yield {
      name: "",
      change: once(world, ["balanced", "balanced-udp"]),
      paths: world.clusters.flatMap((cluster) => fromPods(world).flatMap((from) => reaching(world, from, cluster))),
    };
  },
});

function reaching({ settings }: World, { from, vantage }: Origin, { service, echoes }: ClusterView): Path[] {
  return balancedPorts.map(({ service: of, protocol, port }) =>
    path(protocol.name, {
      from,
      to: service(of),
      through: { rung: "load-balancer" },
      probe: () => protocol(service(of).loadBalancerHost, { port }),
      expect: answeredByEach(echoes),
      settleMs: settings.loadBalancerLimitMs,
      vantage,
    }),
  );
}

scenario("load-balancer/only-ready", {
  claim: "the address of a load balancer never leads to a pod that is not ready, though that pod would answer",
  spec: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-readiness-gate",
  covers: ["K3"],
  needs: ["load-balancer"],
  deploy: ["unready.yaml", "load-balancer.yaml"],
  look,
  *acts(world) {
    const { clusters } = world;
    yield {
      name: "",
      change: once(world, ["balanced-ready"]),
      paths: clusters.flatMap((cluster) => [...unreadyAnswers(cluster), ...readyAlone(world, cluster)]),
    };
  },
});

function unreadyAnswers({ clients, workload }: ClusterView): Path[] {
  const unready = workload("never-ready");
  return clients.map((from) =>
    path("http-direct", { from, to: unready, probe: () => http(unready.address), expect: answeredBy(unready) }),
  );
}

function readyAlone(world: World, cluster: ClusterView): Path[] {
  const balanced = cluster.service("balanced-ready");
  return fromAnywhere(world, cluster).flatMap(({ from, vantage }) =>
    readyPorts.map(({ protocol, port }) =>
      path(`${protocol.name}-ready-only`, {
        from,
        to: balanced,
        through: { rung: "load-balancer" },
        probe: () => protocol(balanced.loadBalancerHost, { port }),
        expect: answeredByEach([cluster.workload("always-ready")], { asIfAmong: 2 }),
        settleMs: world.settings.loadBalancerLimitMs,
        vantage,
      }),
    ),
  );
}

scenario("load-balancer/client-address", {
  claim: "with external traffic policy Local a load balancer leads to a backend that sees the real client",
  spec: "https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip",
  covers: ["K3"],
  needs: ["load-balancer-local", "outside"],
  deploy: ["node-ports.yaml", "load-balancer-local.yaml"],
  look,
  *acts(world) {
    yield {
      name: "",
      change: once(world, ["balanced-local"]),
      paths: world.clusters.flatMap((cluster) => keepingClients(world, cluster)),
    };
  },
});

function keepingClients(world: World, cluster: ClusterView): Path[] {
  const local = cluster.service("balanced-local");
  return fromOutside(world, cluster).flatMap(({ from, vantage }) => {
    // A cluster may rewrite the source of its own pods on their way out; nobody may rewrite the runner's.
    const clientAddress = { notOf: cluster };
    return localPorts.map(({ protocol, port }) =>
      path(`${protocol.name}-backend`, {
        from,
        to: local,
        through: { rung: "load-balancer" },
        probe: () => protocol(local.loadBalancerHost, { port }),
        expect: answeredBy(cluster.workload("lone"), vantage === "runner" ? { clientAddress } : {}),
        settleMs: world.settings.loadBalancerLimitMs,
        vantage,
      }),
    );
  });
}

scenario("load-balancer/deleted", {
  claim: "the address of a load balancer stops answering once its Service is deleted",
  spec: "https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#garbage-collecting-load-balancers",
  covers: ["K3", "C3"],
  needs: ["load-balancer"],
  deploy: [],
  look,
  *acts(world) {
    const file = "load-balancer-deleted.yaml";
    const { clusters } = world;
    const pairs = clusters.flatMap((cluster) => answeringThenSilent(world, cluster));
    yield {
      name: "before",
      change: async (hands) => {
        await Promise.all(clusters.map((cluster) => hands.apply(cluster, file)));
        await once(world, ["balanced-deleted"])(hands);
      },
      paths: pairs.map(({ answers }) => answers),
    };
    yield {
      name: "after",
      change: async (hands) => {
        await Promise.all(clusters.map((cluster) => hands.remove(cluster, file)));
      },
      paths: pairs.map(({ silent }) => silent),
    };
  },
});

function answeringThenSilent(world: World, cluster: ClusterView): { answers: Path; silent: Path }[] {
  const to = cluster.service("balanced-deleted");
  return fromAnywhere(world, cluster).flatMap(({ from, vantage }) =>
    deletedPorts.map(({ protocol, port }) => {
      const answers = path(protocol.name, {
        from,
        to,
        through: { rung: "load-balancer" },
        probe: () => protocol(to.loadBalancerHost, { port }),
        expect: answeredByEach(cluster.echoes),
        settleMs: world.settings.loadBalancerLimitMs,
        vantage,
      });
      const silent = path(protocol.name, {
        from,
        to,
        through: { rung: "load-balancer" },
        probe: () => protocol(to.loadBalancerHost, { port, timeoutMs: silenceTimeoutMs }),
        expect: blocked(["refused", "timeout", "unreachable", "denied", "reset", "no-such-name", "no-data"]),
        control: answers,
        vantage,
      });
      return { answers, silent };
    }),
  );
}
