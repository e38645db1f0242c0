import { families, type Family } from "../base/family.ts";
import { keepIngresses, ingressKey } from "./deploy/ingresses.ts";
import { viewIngresses } from "./deploy/view-ingresses.ts";
import { outside } from "./place.ts";
import { defaultSettings } from "./settings.ts";
import {
  type ClusterView,
  type LiveFacts,
  namespacesOf,
  type PodFacts,
  type ServiceFacts,
  viewCluster,
  type World,
  type WorldsByFamily,
} from "./world.ts";

const names = ["athens", "hurup"];
const nodes = ["worker", "worker2"];

/** A map in which everything is found that anybody asks for. */
class Everything<V> extends Map<string, V> {
  readonly #make: (key: string) => V;
  constructor(make: (key: string) => V) {
    super();
    this.#make = make;
  }
  override get(key: string): V {
    return this.#make(key);
  }
}

/**
 * Two clusters of two nodes each that have all that scenarios can need, with whatever pod and Service anybody asks for running in them;
 * and the same over each address family. Each run has namespaces and addresses of its own.
 */
export function fullWorld(run: string): { world: World; byFamily: WorldsByFamily } {
  const live: LiveFacts = {
    namespaces: namespacesOf(run),
    pods: new Everything((key) => podFacts(run, key)),
    services: new Everything((key) => serviceFacts(run, key)),
    domains: new Everything(() => "cluster.local"),
    takenNodePorts: new Everything(() => new Set<number>()),
    takenAway: new Set<string>(),
  };
  return {
    world: worldOver(live),
    byFamily: new Map(families.map((family) => [family, worldOver(live, family)])),
  };
}

function worldOver(live: LiveFacts, family?: Family): World {
  const clusters: ClusterView[] = names.map((name) =>
    viewCluster(name, nodes.map(node), dnsServers, live, family, known, {
      isFirst: name === names[0],
      joinedBy: () => clusters.filter((other) => other.name !== name),
      cilium: {
        namespace: "kube-system",
        config: { "cluster-name": name },
        clusterName: name,
        peers: names,
        podRanges: ["10.0.0.0/16"],
      },
    }),
  );
  const ingresses = keepIngresses(names.map((name) => [name, [{ name: "nginx", controller: "c", labels: {} }]]));
  for (const name of names)
    ingresses.found.set(ingressKey(name, "nginx"), [
      { reach: "anybody", host: "172.19.255.1", http: 80, https: 443, told: "by-status" },
    ]);
  return {
    clusters,
    allClusters: clusters,
    settings: {
      ...defaultSettings,
      hostNetwork: true,
      disruptive: true,
      expectations: [
        { from: "athens", to: "hurup", expect: "reachable" },
        { from: "hurup", to: "athens", expect: "denied" },
      ],
    },
    outsideOf: () => outside,
    vantageOf: () => "runner",
    ingressesOf: viewIngresses(clusters, ingresses, live.namespaces.run),
  };
}

const node = (name: string) => ({ name, addresses: ["172.19.0.2", "fd00::2"] });
const dnsServers = nodes.map((name) => ({ name: "dns-server", node: name, address: "10.0.0.53", port: 53 }));
const known = {
  nodeAddresses: ["172.19.0.2", "fd00::2"],
  addressPools: [{ kind: { apiVersion: "v1", kind: "Pool" }, name: "pool", ranges: [], spans: [] }],
  nodePortRange: { first: 30_000, last: 32_767, from: "default" as const },
  controlPlane: [{ name: "control-plane", addresses: ["172.19.0.4", "fd00::4"] }],
};

function podFacts(run: string, key: string): PodFacts {
  const at = JSON.parse(key) as string[];
  const name = `${at[2]}-${run}`;
  return {
    addresses: [`10.0.0.${run.length}`, `fd00:10::${run.length}`],
    uid: key,
    name,
    node: at[3] ?? "worker2",
    restartCount: 0,
  };
}

function serviceFacts(run: string, key: string): ServiceFacts {
  const [, , name = ""] = JSON.parse(key) as string[];
  const isHeadless = name.includes("headless") || name === "named" || name === "alias";
  return {
    addresses: isHeadless ? [] : [`10.1.0.${run.length}`, `fd00:11::${run.length}`],
    loadBalancerHosts: ["172.19.255.9"],
    nodePorts: new Everything(() => 30_000),
    healthCheckNodePort: 30_001,
  };
}
