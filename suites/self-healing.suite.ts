import { answeredByDeployment, answeredByEach } from "../lib/scenario/expect/expect.ts";
import { type Path, path } from "../lib/scenario/path.ts";
import { http, tcp } from "../lib/scenario/probes.ts";
import { scenario } from "../lib/scenario/scenario.ts";
import type { ClusterView } from "../lib/scenario/world.ts";

/** Ports of fixtures/manifests/healing.yaml and rolling.yaml. Datagrams are left out: nobody promises that none is lost. */
const servicePorts = [
  { protocol: http, port: 80 },
  { protocol: tcp, port: 81 },
] as const;

function* everyPort(clusters: ClusterView[], name: string) {
  for (const cluster of clusters)
    for (const from of cluster.clients)
      for (const { protocol, port } of servicePorts) {
        const to = cluster.service(name);
        yield { cluster, from, to, kind: protocol.name, probe: () => protocol(to.address, { port }) };
      }
}

/** Steady traffic from every node: no request may fail while the backends change. */
function* throughout(clusters: ClusterView[], name: string): Iterable<Path> {
  for (const { cluster, from, to, kind, probe } of everyPort(clusters, name))
    yield path(`${kind}-throughout`, {
      from,
      to,
      probe,
      expect: answeredByDeployment(cluster.workload(name)),
      during: true,
    });
}

/** The backends that are there now answer, each of them, and no former one does. */
function* byPresentBackends(clusters: ClusterView[], name: string): Iterable<Path> {
  for (const { cluster, from, to, kind, probe } of everyPort(clusters, name))
    yield path(kind, { from, to, probe, expect: answeredByEach(cluster.replicas(name, 2)) });
}

scenario("self-healing/deleted-backend", {
  claim: "a deleted backend pod is replaced, and its Service answers every request meanwhile",
  spec: "https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/",
  covers: ["K1"],
  needs: ["disruptive"],
  eachFamily: true,
  deploy: ["healing.yaml"],
  *acts({ clusters }) {
    yield { name: "before", paths: byPresentBackends(clusters, "healing") };
    yield {
      name: "pod-deleted",
      change: async (hands) => {
        await Promise.all(clusters.map((cluster) => hands.replacePod(cluster, "healing.yaml", "healing")));
      },
      paths: [...throughout(clusters, "healing"), ...byPresentBackends(clusters, "healing")],
    };
  },
});

scenario("self-healing/roll-out", {
  claim:
    "the roll-out of a new version and the way back lose no request, and afterwards only pods of that version answer",
  spec: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment",
  covers: ["K1"],
  needs: ["disruptive"],
  eachFamily: true,
  deploy: ["rolling.yaml"],
  *acts({ clusters }) {
    yield { name: "before", paths: byPresentBackends(clusters, "rolling") };
    for (const [name, version] of [
      ["rolled-out", "2"],
      ["rolled-back", "1"],
    ] as const)
      yield {
        name,
        change: async (hands) => {
          await Promise.all(clusters.map((cluster) => hands.rollOut(cluster, "rolling.yaml", "rolling", version)));
        },
        paths: [...throughout(clusters, "rolling"), ...byPresentBackends(clusters, "rolling")],
      };
  },
});
