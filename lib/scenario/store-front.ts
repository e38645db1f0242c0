import type { Expectation } from "./expect/expect.ts";
import type { Hands } from "./hands.ts";
import { kubectl } from "./kubectl.ts";
import { type Path, path } from "./path.ts";
import type { Ingress, Place } from "./place.ts";
import { http } from "./probes.ts";
import type { Act } from "./scenario.ts";
import type { ClusterView, World } from "./world.ts";

/** One request to Ingresses of fixtures/manifests/ingress-store.yaml, and what it promises. */
export interface StoreRequest {
  /** In kebab-case; what is special about it. */
  name: string;
  /** The host's name below the store's domain: `shop`, `a.branch`. */
  host: string;
  path: string;
  /** Asks over TLS for the host's name. */
  secure?: true;
  expect(cluster: ClusterView, ingress: Ingress): Expectation;
}

/** Who asks, and for whom outside of the cluster. */
export type Origin = Pick<Path, "from" | "vantage">;

/** Who asks for something at the Ingresses of a cluster. */
export type OriginsOf = (cluster: ClusterView, world: World) => Origin[];

/** Whoever asks the cluster from outside; nobody where nobody can. */
export const fromOutside: OriginsOf = ({ name, nodes: [node] }, { outsideOf, vantageOf }) => {
  const from = node && outsideOf(node);
  return from ? [{ from, vantage: vantageOf(name) }] : [];
};

/** The clients of all nodes of all clusters, also of those without Ingresses. */
export const fromEveryClient: OriginsOf = (_, { allClusters }) =>
  allClusters.flatMap(({ clients }) => clients.map((from) => ({ from })));

/** Whoever asks from outside, and one client of the cluster itself: what is the same for all askers is asked by few. */
export const fromBothSides: OriginsOf = (cluster, world) => [
  ...fromOutside(cluster, world),
  ...cluster.clients.slice(0, 1).map((from) => ({ from })),
];

/** Controllers write addresses into new Ingresses once a minute at the latest. */
const fewestMs = 75_000;

/**
 * Publishes the Ingresses and asks. Requests that must find nothing are asked when those that must be answered are: until then nobody knows
 * them. Each has the first of these at its host as its control, or else the first of all, by the same asker.
 */
export function storeActs(
  world: World,
  originsOf: OriginsOf,
  answered: StoreRequest[],
  unanswered: StoreRequest[] = [],
): Act[] {
  const served: Path[] = [];
  const refused: Path[] = [];
  for (const cluster of world.clusters)
    for (const ingress of world.ingressesOf(cluster))
      for (const origin of originsOf(cluster, world)) {
        const controls = new Map<string, Path>();
        for (const request of answered) {
          const asked = ask(request, origin, cluster, ingress);
          served.push(asked);
          controls.set(request.host, controls.get(request.host) ?? asked);
        }
        const [any] = controls.values();
        for (const request of unanswered) {
          const control = controls.get(request.host) ?? any;
          if (control) refused.push(ask(request, origin, cluster, ingress, control));
        }
      }
  const publish = publishStore(world);
  if (unanswered.length === 0) return [{ name: "", change: publish, paths: served }];
  return [
    { name: "answered", change: publish, paths: served },
    { name: "unanswered", paths: refused },
  ];
}

/** The change that makes the Ingresses and waits for their addresses. */
export function publishStore({ clusters, settings }: World): (hands: Hands) => Promise<void> {
  const limitMs = Math.max(settings.loadBalancerLimitMs, fewestMs);
  return async (hands) => {
    await Promise.all(clusters.map((cluster) => hands.publish(cluster, "ingress-store.yaml", limitMs)));
  };
}

/** The command that shows more about an Ingress. */
export function lookAtIngresses(place: Place): string {
  const namespace = place.kind === "ingress" ? ` -n ${place.namespace}` : "";
  return kubectl(place, `describe ingress${namespace}`);
}

function ask(
  { name, host, path: requested, secure, expect }: StoreRequest,
  { from, vantage }: Origin,
  cluster: ClusterView,
  ingress: Ingress,
  control?: Path,
): Path {
  return path(name, {
    from,
    vantage,
    to: ingress,
    probe() {
      const { host: address, http: plainPort, https: securePort } = ingress.entranceFor(from);
      const fullName = `${host}.${ingress.domain}`;
      return http(address, {
        port: secure ? securePort : plainPort,
        path: requested,
        headers: { host: fullName },
        ...(secure ? { tls: { serverName: fullName } } : {}),
      });
    },
    expect: expect(cluster, ingress),
    ...(control ? { control } : {}),
  });
}
