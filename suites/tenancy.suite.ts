import { countsPods, everyContainerIsLimited } from "../lib/scenario/expect/expect-quota.ts";
import { answeredBy, answeredByAny, blocked, type Expectation } from "../lib/scenario/expect/expect.ts";
import { type Path, path, type Through } from "../lib/scenario/path.ts";
import type { Pod } from "../lib/scenario/place.ts";
import { http, objects, silenceTimeoutMs, udp } from "../lib/scenario/probes.ts";
import { scenario } from "../lib/scenario/scenario.ts";
import { expectedBetween, type Settings } from "../lib/scenario/settings.ts";
import type { ClusterView, World } from "../lib/scenario/world.ts";

const tenancy = "https://kubernetes.io/docs/concepts/security/multi-tenancy/";
const silences = blocked(["timeout", "refused", "unreachable", "denied", "reset"]);
const protocols = [http, udp] as const;

/** Something of a cluster that others are meant to reach or not, and how it answers. */
interface Target {
  variant: string;
  to: Path["to"];
  through?: Through;
  ask(timeoutMs: number): ReturnType<Path["probe"]>;
  expect: Expectation;
}

function podsOf({ echoes }: ClusterView): Target[] {
  return echoes.flatMap((to) =>
    protocols.map((protocol): Target => ({
      variant: `${protocol.name}-pod`,
      to,
      ask: (timeoutMs) => protocol(to.address, { timeoutMs }),
      expect: answeredBy(to),
    })),
  );
}

/** A cluster address means nothing in another cluster; a node port is what a Service has there. */
function nodePortsOf({ nodes, echoes, service }: ClusterView): Target[] {
  return nodes.flatMap((to) =>
    protocols.map((protocol): Target => ({
      variant: `${protocol.name}-service`,
      to,
      through: { rung: "node-port", service: service("echo-node-port") },
      ask: (timeoutMs) => protocol(to.address, { port: service("echo-node-port").nodePort(protocol.name), timeoutMs }),
      expect: answeredByAny(echoes),
    })),
  );
}

function answers(from: Pod, { variant, to, through, ask, expect }: Target): Path {
  return path(variant, { from, to, ...(through ? { through } : {}), probe: () => ask(answerTimeoutMs), expect });
}

/** Long enough for a lost packet or two. */
const answerTimeoutMs = 5_000;

function isDenied(from: Pod, { variant, to, through, ask }: Target, control: Path | undefined): Path {
  return path(variant, {
    from,
    to,
    ...(through ? { through } : {}),
    probe: () => ask(silenceTimeoutMs),
    expect: silences,
    ...(control ? { control } : {}),
  });
}

/** Ordered pairs of clusters of this run that the configuration names. */
function namedPairs({ clusters, settings }: World): { source: ClusterView; target: ClusterView }[] {
  return clusters.flatMap((source) =>
    clusters.filter((target) => isNamed(settings, source, target)).map((target) => ({ source, target })),
  );
}

function isNamed({ expectations }: Settings, source: ClusterView, target: ClusterView): boolean {
  return source !== target && expectations.some(({ from, to }) => from === source.name && to === target.name);
}

for (const { name, claim, targetsOf, deploy } of [
  {
    name: "tenancy/pods",
    claim: "the pods of one cluster reach those of another, or do not, as the configuration expects of that pair",
    targetsOf: podsOf,
    deploy: [],
  },
  {
    name: "tenancy/services",
    claim:
      "the pods of one cluster reach the Services of another, or do not, as the configuration expects of that pair",
    targetsOf: nodePortsOf,
    deploy: ["node-ports.yaml"],
  },
])
  scenario(name, {
    claim,
    spec: `${tenancy}#network-isolation`,
    covers: ["C6"],
    needs: ["multi-cluster", "expectations"],
    judgesExpectations: true,
    eachFamily: true,
    deploy,
    *acts(world) {
      const pairs = namedPairs(world);
      const owned = new Map(
        [...new Set(pairs.map(({ target }) => target))].map((target) => [target, targetsOf(target)]),
      );
      const controls = new Map(
        [...owned].flatMap(([{ clients }, targets]) =>
          clients.slice(0, 1).flatMap((from) => targets.map((target) => [target, answers(from, target)] as const)),
        ),
      );
      yield { name: "own-cluster", paths: controls.values() };
      yield {
        name: "pairs",
        paths: pairs.flatMap(({ source, target }) =>
          (owned.get(target) ?? []).flatMap((asked) =>
            source.clients.map((from) =>
              expectedBetween(world.settings, source.name, target.name) === "denied"
                ? isDenied(from, asked, controls.get(asked))
                : answers(from, asked),
            ),
          ),
        ),
      };
    },
  });

scenario("tenancy/quota", {
  claim: "the pods of a run carry requests and limits, a quota counts them, and more of them start and answer below it",
  spec: "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
  covers: ["K5"],
  needs: [],
  deploy: [],
  *acts({ clusters }) {
    yield {
      name: "",
      change: async (hands) => {
        await Promise.all(
          clusters.map(async (cluster) => {
            await hands.apply(cluster, "quota.yaml");
            await hands.apply(cluster, "tenant.yaml");
          }),
        );
      },
      paths: clusters.flatMap(({ api, clients, echoes, workload, name: cluster }) => {
        const tenant = workload("tenant");
        return [
          path("counts", {
            from: api,
            to: { kind: "named", cluster, name: "quota" },
            probe: () =>
              objects({ apiVersion: "v1", kind: "ResourceQuota" }, { namespace: tenant.namespace, name: "quota" }),
            expect: countsPods(clients.length + echoes.length + 1),
          }),
          path("limited", {
            from: api,
            to: { kind: "named", cluster, name: "pods" },
            probe: () => objects({ apiVersion: "v1", kind: "Pod" }, { namespace: tenant.namespace }),
            expect: everyContainerIsLimited(),
          }),
          ...clients.map((from) =>
            path("http", { from, to: tenant, probe: () => http(tenant.address), expect: answeredBy(tenant) }),
          ),
        ];
      }),
    };
  },
});
