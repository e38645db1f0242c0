import { blocked } from "../lib/scenario/expect/expect.ts";
import { exportIs, importedFrom, notImported } from "../lib/scenario/expect/expect-exports.ts";
import { exportObject, importObject } from "../lib/scenario/deploy/export-objects.ts";
import { absent, resolvesTo } from "../lib/scenario/expect/expect-records.ts";
import { answeredFromEach, type Backends } from "../lib/scenario/expect/expect-spread.ts";
import type { Hands } from "../lib/scenario/hands.ts";
import { importedName } from "../lib/scenario/run/imported-name.ts";
import { kubectl } from "../lib/scenario/kubectl.ts";
import { type Path, path } from "../lib/scenario/path.ts";
import type { Place, Pod, Service } from "../lib/scenario/place.ts";
import { addressType, dns, http, silenceTimeoutMs, tcp, udp } from "../lib/scenario/probes.ts";
import { scenario } from "../lib/scenario/scenario.ts";
import type { ClusterView } from "../lib/scenario/world.ts";

const proposal =
  "https://github.com/kubernetes/enhancements/tree/master/keps/sig-multicluster/1645-multi-cluster-services-api";
const look = (place: Place) => kubectl(place, "get serviceexports,serviceimports -A -o yaml");
const services = "exportable-services.yaml";
const importLimitMs = 30_000;
/** Name servers may answer from memory for as long as their records live. */
const nameLimitMs = 60_000;

function meshOf(cluster: ClusterView): ClusterView[] {
  return [cluster, ...cluster.joinedBy("mesh-mcs")];
}

function backendsOf(cluster: ClusterView): Backends {
  return { name: cluster.name, pods: cluster.echoes };
}

function imported(cluster: ClusterView, name: string): Service {
  return cluster.service(importedName(name));
}

function everywhere(clusters: ClusterView[], change: (hands: Hands, cluster: ClusterView) => Promise<void>) {
  return async (hands: Hands) => {
    await Promise.all(clusters.map((cluster) => change(hands, cluster)));
  };
}

/** What every API server says about the import of a Service that these clusters export. */
function* imports(clusters: ClusterView[], name: string, ports: number[], from: (of: ClusterView) => ClusterView[]) {
  for (const cluster of clusters) {
    const exporters = from(cluster).map(({ cilium }) => cilium?.clusterName);
    yield path("import", {
      from: cluster.api,
      to: cluster.service(name),
      probe: () => importObject(cluster.service(name)),
      expect: exporters.length === 0 ? notImported() : importedFrom(exporters, ports),
      settleMs: importLimitMs,
    });
  }
}

scenario("global-service-mcs/exported", {
  claim:
    "a Service that every cluster exports is imported by every cluster, and its address leads to the backends of all",
  spec: `${proposal}#clustersetip`,
  covers: ["C5"],
  needs: ["mesh-mcs"],
  deploy: [services],
  look,
  *acts({ clusters }) {
    yield {
      name: "exported",
      change: everywhere(clusters, (hands, cluster) => hands.apply(cluster, "export.yaml")),
      paths: [
        ...imports(clusters, "exported", [80, 81, 82], meshOf),
        ...clusters.map((cluster) =>
          path("export", {
            from: cluster.api,
            to: cluster.service("exported"),
            probe: () => exportObject(cluster.service("exported")),
            expect: exportIs("agreed"),
            settleMs: importLimitMs,
          }),
        ),
      ],
    };
    yield {
      name: "asked",
      change: everywhere(clusters, (hands, cluster) => hands.awaitImports(cluster, ["exported"], importLimitMs)),
      paths: clusters.flatMap((cluster) =>
        cluster.clients.flatMap((from) => meshOf(cluster).flatMap((member) => [...everyPort(from, cluster, member)])),
      ),
    };
  },
});

function* everyPort(from: Pod, cluster: ClusterView, member: ClusterView): Iterable<Path> {
  const others = meshOf(cluster).filter((other) => other !== member);
  for (const { protocol, port } of [
    { protocol: http, port: 80 },
    { protocol: tcp, port: 81 },
    { protocol: udp, port: 82 },
  ])
    yield path(protocol.name, {
      from,
      to: imported(member, "exported"),
      probe: () => protocol(imported(cluster, "exported").address, { port }),
      expect: answeredFromEach([backendsOf(member)], { others: others.map(backendsOf) }),
    });
}

/** `exported.NAMESPACE.svc.clusterset.local` */
function setName({ name, namespace }: Service): string {
  return `${name}.${namespace}.svc.clusterset.local`;
}

scenario("global-service-mcs/name", {
  claim: "an exported Service has one name in all clusters, which leads to the backends of all",
  spec: `${proposal}#dns`,
  covers: ["C5", "D1"],
  needs: ["mesh-mcs", "mesh-dns", "dns"],
  deploy: [services],
  look,
  *acts({ clusters }) {
    yield {
      name: "",
      change: everywhere(clusters, async (hands, cluster) => {
        await hands.apply(cluster, "export.yaml");
        await hands.awaitImports(cluster, ["exported"], importLimitMs);
      }),
      paths: clusters.flatMap((cluster) =>
        cluster.clients.flatMap((from) => {
          const service = cluster.service("exported");
          return [
            path("http-by-name", {
              from,
              to: service,
              probe: () => http(setName(service), { port: 80 }),
              expect: answeredFromEach(meshOf(cluster).map(backendsOf)),
              settleMs: nameLimitMs,
            }),
            path("a-udp", {
              from,
              to: service,
              probe: () => dns("udp", setName(service), { type: addressType(imported(cluster, "exported").address) }),
              expect: resolvesTo(() => [imported(cluster, "exported").address]),
              settleMs: nameLimitMs,
            }),
          ];
        }),
      ),
    };
  },
});

scenario("global-service-mcs/conflict", {
  claim: "clusters whose exports of one Service disagree in its ports or its type are told so",
  spec: `${proposal}#constraints-and-conflict-resolution`,
  covers: ["C5"],
  needs: ["mesh-mcs"],
  deploy: [],
  look,
  acts: ({ clusters }) => [
    {
      name: "",
      change: everywhere(clusters, (hands, cluster) =>
        hands.apply(cluster, `export-conflict-${isFirst(cluster, clusters) ? "first" : "others"}.yaml`),
      ),
      paths: clusters.flatMap((cluster) =>
        ["port-conflict", "type-conflict"].map((name) =>
          path("export", {
            from: cluster.api,
            to: cluster.service(name),
            probe: () => exportObject(cluster.service(name)),
            expect: exportIs("in conflict"),
            settleMs: importLimitMs,
          }),
        ),
      ),
    },
  ],
});

/** Whether it is the first one of its mesh. */
function isFirst(cluster: ClusterView, clusters: ClusterView[]): boolean {
  return meshOf(cluster).every((member) => clusters.indexOf(cluster) <= clusters.indexOf(member));
}

const withdrawal = "export-withdrawn.yaml";

scenario("global-service-mcs/withdrawn", {
  claim:
    "a cluster that takes its export back takes its backends out of every cluster, and the last one takes the import",
  spec: `${proposal}#exporting-services`,
  covers: ["C5"],
  needs: ["mesh-mcs"],
  deploy: [services],
  look,
  *acts({ clusters }) {
    const early = clusters.filter((cluster) => isFirst(cluster, clusters));
    const late = clusters.filter((cluster) => !early.includes(cluster));
    const left = (cluster: ClusterView) => meshOf(cluster).filter((member) => !early.includes(member));
    const served = clusters.filter((cluster) => left(cluster).length > 0);
    const before = new Map(askersOf(clusters).map((asker) => [asker.from, answered(asker, meshOf(asker.cluster))]));
    yield {
      name: "exported",
      change: everywhere(clusters, (hands, cluster) => hands.apply(cluster, withdrawal)),
      paths: imports(clusters, "withdrawn", [80], meshOf),
    };
    yield {
      name: "asked",
      change: everywhere(clusters, (hands, cluster) => hands.awaitImports(cluster, ["withdrawn"], importLimitMs)),
      paths: before.values(),
    };
    yield {
      name: "withdrawn-by-one",
      change: everywhere(early, (hands, cluster) => hands.remove(cluster, withdrawal)),
      paths: [
        ...imports(served, "withdrawn", [80], left),
        ...askersOf(served).map((asker) => answered(asker, left(asker.cluster), before.get(asker.from))),
      ],
    };
    yield {
      name: "withdrawn-by-all",
      change: everywhere(late, (hands, cluster) => hands.remove(cluster, withdrawal)),
      paths: [
        ...imports(clusters, "withdrawn", [80], () => []),
        ...askersOf(clusters).map((asker) => silent(asker, before.get(asker.from))),
      ],
    };
  },
});

interface McsAsker {
  cluster: ClusterView;
  from: Pod;
}

function askersOf(clusters: ClusterView[]): McsAsker[] {
  return clusters.flatMap((cluster) => cluster.clients.map((from) => ({ cluster, from })));
}

function answered({ cluster, from }: McsAsker, answering: ClusterView[], control?: Path): Path {
  const others = meshOf(cluster).filter((member) => !answering.includes(member));
  return path("http", {
    from,
    to: imported(cluster, "withdrawn"),
    probe: () => http(imported(cluster, "withdrawn").address, { port: 80 }),
    expect: answeredFromEach(answering.map(backendsOf), { never: others.map(backendsOf) }),
    ...(control ? { control } : {}),
  });
}

function silent({ cluster, from }: McsAsker, control: Path | undefined): Path {
  return path("http", {
    from,
    to: imported(cluster, "withdrawn"),
    probe: () => http(imported(cluster, "withdrawn").address, { port: 80, timeoutMs: silenceTimeoutMs }),
    expect: blocked(["refused", "denied", "timeout", "unreachable", "reset"]),
    ...(control ? { control } : {}),
  });
}

scenario("global-service-mcs/withdrawn-name", {
  claim: "the name of an exported Service is gone when its last export is",
  spec: `${proposal}#dns`,
  covers: ["C5", "D1"],
  needs: ["mesh-mcs", "mesh-dns", "dns"],
  deploy: [services],
  look,
  *acts({ clusters }) {
    const file = "export-withdrawn-name.yaml";
    const ask = ({ cluster, from }: McsAsker, control?: Path) => {
      const service = cluster.service("withdrawn-name");
      const address = () => imported(cluster, "withdrawn-name").address;
      return path("a-udp", {
        from,
        to: service,
        probe: () => dns("udp", setName(service), { type: addressType(address()) }),
        ...(control ? { expect: absent("no-such-name"), control } : { expect: resolvesTo(() => [address()]) }),
        settleMs: nameLimitMs,
      });
    };
    const before = new Map(askersOf(clusters).map((asker) => [asker.from, ask(asker)]));
    yield {
      name: "exported",
      change: everywhere(clusters, async (hands, cluster) => {
        await hands.apply(cluster, file);
        await hands.awaitImports(cluster, ["withdrawn-name"], importLimitMs);
      }),
      paths: before.values(),
    };
    yield {
      name: "withdrawn",
      change: everywhere(clusters, (hands, cluster) => hands.remove(cluster, file)),
      paths: askersOf(clusters).map((asker) => ask(asker, before.get(asker.from))),
    };
  },
});
