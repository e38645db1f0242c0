import { answeredByAny, answeredByEach } from "../lib/scenario/expect/expect.ts";
import { answeredFromEach, answeredInShares, type Backends } from "../lib/scenario/expect/expect-spread.ts";
import { resolvesTo } from "../lib/scenario/expect/expect-records.ts";
import { kubectl } from "../lib/scenario/kubectl.ts";
import type { Hands } from "../lib/scenario/hands.ts";
import { nameCondition, preconditions } from "../lib/scenario/mesh/mesh-preconditions.ts";
import { type Path, path } from "../lib/scenario/path.ts";
import type { Place, Pod } from "../lib/scenario/place.ts";
import { addressType, dns, http, tcp, udp } from "../lib/scenario/probes.ts";
import { type Act, scenario } from "../lib/scenario/scenario.ts";
import type { ClusterView } from "../lib/scenario/world.ts";

const documentation = "https://docs.cilium.io/en/stable/network/clustermesh";
const look = (place: Place) => kubectl(place, "-n kube-system exec ds/cilium -c cilium-agent -- cilium-dbg status");

/** A cluster and those that the mesh joins to it. */
function meshOf(cluster: ClusterView): ClusterView[] {
  return [cluster, ...cluster.joinedBy("mesh-annotations")];
}

function backendsOf(cluster: ClusterView): Backends {
  return { name: cluster.name, pods: cluster.echoes };
}

/** Asks a Service of the asker's own cluster: backends of these clusters answer, and those of no other one of the mesh. */
function answeredOnlyFrom(
  from: Pod,
  cluster: ClusterView,
  name: string,
  answering: ClusterView[],
  control?: Path,
): Path {
  const service = cluster.service(name);
  const silent = meshOf(cluster).filter((member) => !answering.includes(member));
  return path("http", {
    from,
    to: service,
    probe: () => http(service.address, { port: 80 }),
    expect: answeredFromEach(answering.map(backendsOf), { never: silent.map(backendsOf) }),
    ...(control && silent.length > 0 ? { control } : {}),
  });
}

/** Which clusters' backends answer the clients of a cluster, by the Service that they ask. */
type Table = Record<string, (cluster: ClusterView) => ClusterView[]>;

/** Every cluster's backends answer first where nothing keeps them from it; only then the silence of some of them means anything. */
function* actsOf(clusters: ClusterView[], table: Table) {
  const controls = new Map(
    clusters.flatMap((cluster) =>
      cluster.clients.map((from) => [from, answeredOnlyFrom(from, cluster, "global", meshOf(cluster))] as const),
    ),
  );
  yield { name: "control", paths: controls.values() };
  yield {
    name: "",
    paths: clusters.flatMap((cluster) =>
      cluster.clients.flatMap((from) =>
        Object.entries(table).map(([name, answering]) =>
          answeredOnlyFrom(from, cluster, name, answering(cluster), controls.get(from)),
        ),
      ),
    ),
  };
}

scenario("global-service/configuration", {
  claim: "clusters of one mesh have names, ids and pod addresses of their own and send packets in the same way",
  spec: `${documentation}/clustermesh/#prerequisites`,
  covers: ["C2"],
  needs: ["cilium-mesh"],
  deploy: [],
  look: (place) => kubectl(place, "-n kube-system get configmap cilium-config -o yaml"),
  *paths({ clusters }) {
    for (const cluster of clusters)
      for (const other of clusters.filter((each) => each !== cluster)) {
        if (!cluster.cilium || !other.cilium) continue;
        const joined = cluster.joinedBy("mesh-annotations").includes(other);
        const [from, to] = [cluster.api, other.api];
        const conditions = joined ? preconditions(cluster.cilium, other.cilium) : [];
        for (const { variant, probe, expect } of [nameCondition(cluster.cilium, other.cilium), ...conditions])
          yield path(variant, { from, to, probe, expect });
      }
  },
});

scenario("global-service/every-cluster", {
  claim: "a global Service is answered in every cluster by the backends of every cluster, over TCP and UDP",
  spec: `${documentation}/services/#load-balancing-with-global-services`,
  covers: ["C4", "C5"],
  needs: ["mesh-annotations"],
  deploy: ["global-services.yaml"],
  look,
  *paths({ clusters }) {
    for (const cluster of clusters) {
      const service = cluster.service("global");
      for (const from of cluster.clients) {
        for (const member of meshOf(cluster))
          for (const { protocol, port } of [
            { protocol: http, port: 80 },
            { protocol: tcp, port: 81 },
            { protocol: udp, port: 82 },
          ])
            yield path(protocol.name, {
              from,
              to: member.service("global"),
              probe: () => protocol(service.address, { port }),
              expect: answeredFromEach([backendsOf(member)], {
                others: meshOf(cluster)
                  .filter((other) => other !== member)
                  .map(backendsOf),
              }),
            });
        yield path("http-every-backend", {
          from,
          to: service,
          probe: () => http(service.address, { port: 80 }),
          expect: answeredByEach(meshOf(cluster).flatMap(({ echoes }) => echoes)),
        });
      }
    }
  },
});

scenario("global-service/name", {
  claim: "one name leads to the backends of every cluster",
  spec: `${documentation}/services/#load-balancing-with-global-services`,
  covers: ["C5"],
  needs: ["mesh-annotations", "dns"],
  deploy: ["global-services.yaml"],
  look,
  *paths({ clusters }) {
    for (const cluster of clusters)
      for (const from of cluster.clients)
        yield path("http-by-name", {
          from,
          to: cluster.service("global"),
          probe: () => http("global", { port: 80 }),
          expect: answeredFromEach(meshOf(cluster).map(backendsOf)),
        });
  },
});

scenario("global-service/shares", {
  claim: "the backends of a global Service answer equally often, whichever cluster they are in",
  spec: `${documentation}/services/#load-balancing-with-global-services`,
  covers: ["C5"],
  needs: ["mesh-annotations"],
  deploy: ["global-services.yaml"],
  look,
  *paths({ clusters }) {
    for (const cluster of clusters) {
      const service = cluster.service("global");
      for (const from of cluster.clients)
        yield path("http", {
          from,
          to: service,
          probe: () => http(service.address, { port: 80 }),
          expect: answeredInShares(meshOf(cluster).map(backendsOf)),
        });
    }
  },
});

scenario("global-service/shared", {
  claim:
    "a cluster that does not share a global Service keeps its backends to itself and still uses those of the others",
  spec: `${documentation}/services/#disabling-global-service-sharing`,
  covers: ["C5"],
  needs: ["mesh-annotations"],
  deploy: ["global-services.yaml"],
  look,
  acts: ({ clusters }) =>
    actsOf(clusters, {
      "global-first-unshared": (cluster) => meshOf(cluster).filter((member) => member === cluster || !member.isFirst),
      "global-others-unshared": (cluster) => meshOf(cluster).filter((member) => member === cluster || member.isFirst),
      "global-none-shared": (cluster) => [cluster],
    }),
});

scenario("global-service/one-sided", {
  claim: "a Service that is global in one cluster only is joined with that of no other cluster",
  spec: `${documentation}/services/#load-balancing-with-global-services`,
  covers: ["C5"],
  needs: ["mesh-annotations"],
  deploy: ["global-services.yaml"],
  look,
  acts: ({ clusters }) =>
    actsOf(clusters, {
      "global-first-only": (cluster) => [cluster],
      "global-others-only": (cluster) =>
        cluster.isFirst ? [cluster] : meshOf(cluster).filter((member) => !member.isFirst),
    }),
});

scenario("global-service/affinity", {
  claim: "affinity local or remote keeps the clients of its own cluster to such backends, and affinity none to no kind",
  spec: `${documentation}/affinity/`,
  covers: ["C5"],
  needs: ["mesh-annotations"],
  deploy: ["global-services.yaml"],
  look,
  acts: ({ clusters }) =>
    actsOf(clusters, {
      "global-affinity-local": (cluster) => [cluster],
      "global-affinity-remote": (cluster) => cluster.joinedBy("mesh-annotations"),
      "global-affinity-none": meshOf,
      "global-first-local": (cluster) => (cluster.isFirst ? [cluster] : meshOf(cluster)),
    }),
});

scenario("global-service/affinity-with-slices", {
  claim: "affinity local holds for a Service whose endpoint slices are synchronised, too",
  spec: `${documentation}/affinity/`,
  covers: ["C5"],
  needs: ["mesh-annotations", "mesh-endpoint-slices"],
  deploy: ["global-services.yaml", "global-slices.yaml"],
  look,
  acts: ({ clusters }) => actsOf(clusters, { "global-local-slices": (cluster) => [cluster] }),
});

scenario("global-service/headless", {
  claim: "the name of a headless global Service resolves to the pods of every cluster",
  spec: `${documentation}/services/#synchronizing-kubernetes-endpointslice-beta`,
  covers: ["C5"],
  needs: ["mesh-annotations", "mesh-endpoint-slices", "dns"],
  deploy: ["global-slices.yaml"],
  look,
  *paths({ clusters }) {
    for (const cluster of clusters) {
      const headless = cluster.service("global-headless");
      const pods = meshOf(cluster).flatMap(({ echoes }) => echoes);
      for (const from of cluster.clients)
        for (const transport of ["udp", "tcp"] as const)
          yield path(`a-${transport}`, {
            from,
            to: headless,
            probe: () => dns(transport, headless.fullName, { type: addressType(from.address) }),
            expect: resolvesTo(() => pods.map(({ address }) => address)),
          });
    }
  },
});

const leavers = "global-fail-over.yaml";

/** Each cluster loses the backend of a Service for which some other cluster keeps its own, and gets it back. */
function* failOverActs(clusters: ClusterView[], limitMs: number): Iterable<Act> {
  const isFirst = (cluster: ClusterView) =>
    meshOf(cluster).every((member) => clusters.indexOf(cluster) <= clusters.indexOf(member));
  // Of a mesh the first cluster loses one Deployment, and the others lose another one.
  const lostBy = (cluster: ClusterView) => (isFirst(cluster) ? "first" : "others");
  const stay = ({ cluster, leaver }: Asked) =>
    meshOf(cluster).filter((member) => !clusters.includes(member) || lostBy(member) !== leaver);
  const scale = (replicas: number) => async (hands: Hands) => {
    await Promise.all(clusters.map((each) => hands.scale(each, leavers, `leaver-${lostBy(each)}`, replicas)));
  };
  const backends = ({ leaver }: Asked, members: ClusterView[]) =>
    members.map((member) => ({ name: member.name, pods: [member.workload(`leaver-${leaver}`)] }));
  const target = ({ cluster, leaver, prefersOwn }: Asked) => {
    const to = cluster.service(`fail-over-${leaver}${prefersOwn ? "" : "-any"}`);
    return { to, probe: () => http(to.address, { port: 80 }) };
  };

  const asked = clusters
    .flatMap((cluster) => cluster.clients.flatMap((from) => servicesFor(cluster, from, lostBy(cluster))))
    .filter((each) => stay(each).length > 0);
  const answered = (each: Asked, answering: ClusterView[], control?: Path) => {
    const silent = control ? meshOf(each.cluster).filter((member) => !answering.includes(member)) : [];
    return path("http", {
      from: each.from,
      ...target(each),
      expect: answeredFromEach(backends(each, answering), { never: backends(each, silent) }),
      ...(control && silent.length > 0 ? { control } : {}),
      settleMs: limitMs,
    });
  };
  const usual = ({ cluster, prefersOwn }: Asked) => (prefersOwn ? [cluster] : meshOf(cluster));
  const before = new Map(asked.map((each) => [each, answered(each, usual(each))]));
  // That the others can answer is shown by the Service of the same backends that prefers nobody.
  const control = ({ from, leaver }: Asked) =>
    [...before].find(([each]) => each.from === from && each.leaver === leaver && !each.prefersOwn)?.[1];
  yield { name: "local-backends", paths: before.values() };
  yield {
    name: "no-local-backends",
    change: scale(0),
    paths: asked.flatMap((each) => [
      answered(each, stay(each), control(each)),
      path("http-meanwhile", {
        from: each.from,
        ...target(each),
        expect: answeredByAny(backends(each, meshOf(each.cluster)).flatMap(({ pods }) => pods)),
        during: true,
        gapLimitMs: limitMs,
      }),
    ]),
  };
  yield {
    name: "local-backends-again",
    change: scale(1),
    paths: asked.map((each) => answered(each, usual(each), control(each))),
  };
}

interface Asked {
  cluster: ClusterView;
  from: Pod;
  /** Which Deployment is behind it: the one that first clusters lose, or the one that others lose. */
  leaver: "first" | "others";
  prefersOwn: boolean;
}

/** Whoever loses its own backend prefers it or does not; whoever keeps it sees those of the others leave. */
function servicesFor(cluster: ClusterView, from: Pod, lost: Asked["leaver"]): Asked[] {
  return [
    { cluster, from, leaver: lost, prefersOwn: true },
    { cluster, from, leaver: lost, prefersOwn: false },
    { cluster, from, leaver: lost === "first" ? "others" : "first", prefersOwn: false },
  ];
}

scenario("global-service/fail-over", {
  claim:
    "when its own backends are gone a cluster is answered by those of the others, and by its own when they are back",
  spec: `${documentation}/affinity/`,
  covers: ["C5"],
  needs: ["mesh-annotations"],
  deploy: [leavers],
  look,
  acts: ({ clusters, settings }) => failOverActs(clusters, settings.failOverLimitMs),
});
