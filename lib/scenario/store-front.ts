import { type Expectation } from "./expect.ts";
import { kubectl } from "./kubectl.ts";
import { type Path, path } from "./path.ts";
import type { Asker, Ingress, Place } from "./place.ts";
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

/** Who asks for something at the Ingresses of a cluster. */
export type AskersOf = (cluster: ClusterView, world: World) => Asker[];

/** One client of each cluster, and this machine where it has a way to the cluster's nodes. */
export const oneOfEachKind: AskersOf = ({ nodes: [node] }, { clusters, outsideOf }) => {
  const clients: Asker[] = clusters.flatMap((cluster) => cluster.clients.slice(0, 1));
  const fromOutside = node && outsideOf(node);
  return fromOutside?.kind === "outside" ? [fromOutside, ...clients] : clients;
};

/** The clients of all nodes of all clusters. */
export const everyClient: AskersOf = (_, { clusters }) => clusters.flatMap((cluster) => cluster.clients);

/** Whoever asks the cluster from outside; nobody where nobody can. */
export const whoeverIsOutside: AskersOf = ({ nodes: [node] }, { outsideOf }) => {
  const asker = node && outsideOf(node);
  return asker ? [asker] : [];
};

/** Controllers write addresses into new Ingresses once a minute at the latest. */
const fewestMs = 75_000;

/**
 * Publishes the Ingresses and asks. Requests that must find nothing are asked when those that must be answered are: until then nobody knows
 * them. Each has the first of these as its control, which is asked by the same asker.
 */
export function storeActs(
  world: World,
  askersOf: AskersOf,
  answered: [StoreRequest, ...StoreRequest[]],
  unanswered: StoreRequest[] = [],
): Act[] {
  const served: Path[] = [];
  const refused: Path[] = [];
  for (const cluster of world.clusters)
    for (const ingress of world.ingressesOf(cluster))
      for (const from of askersOf(cluster, world)) {
        const paths = answered.map((request) => ask(request, from, cluster, ingress));
        served.push(...paths);
        const [control] = paths;
        if (control) refused.push(...unanswered.map((request) => ask(request, from, cluster, ingress, control)));
      }
  const limitMs = Math.max(world.settings.loadBalancerLimitMs, fewestMs);
  const publish: Act["change"] = async (hands) => {
    await Promise.all(world.clusters.map((cluster) => hands.publish(cluster, storeManifest, limitMs)));
  };
  if (unanswered.length === 0) return [{ name: "", change: publish, paths: served }];
  return [
    { name: "answered", change: publish, paths: served },
    { name: "unanswered", paths: refused },
  ];
}

const storeManifest = "ingress-store.yaml";

/** The command that shows more about an Ingress. */
export function lookAtIngresses(place: Place): string {
  const namespace = place.kind === "ingress" ? ` -n ${place.namespace}` : "";
  return kubectl(place, `describe ingress${namespace}`);
}

function ask(
  { name, host, path: requested, secure, expect }: StoreRequest,
  from: Asker,
  cluster: ClusterView,
  ingress: Ingress,
  control?: Path,
): Path {
  return path(name, {
    from,
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
