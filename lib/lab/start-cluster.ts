import { addressAt, parseCidr } from "../base/address.ts";
import { createCredentials } from "./api/credentials.ts";
import { startApiServer } from "./api/server.ts";
import { createStore } from "./api/store.ts";
import { usualNodePorts } from "./api/strategies/service-node-ports.ts";
import { serveStreams } from "./api/streams/serve-streams.ts";
import { startControllers } from "./controllers/controllers.ts";
import { createEventRecorder } from "./controllers/event-recorder.ts";
import { joinMesh } from "./mesh/join-mesh.ts";
import type { Mesh } from "./mesh/mesh.ts";
import type { AttachPod, Kubelet, LabCluster, Store } from "./model.ts";
import type { Announcer } from "./net/announcer.ts";
import { startKubeProxy } from "./node/kube-proxy.ts";
import { serveKubeletPort } from "./node/kubelet-port.ts";
import { createKubeletRouter } from "./node/kubelet-router.ts";
import { startKubelet } from "./node/kubelet.ts";
import { startNetworkPolicy } from "./node/network-policy/network-policy.ts";
import { startSpeaker } from "./node/speaker.ts";
import { distortedStore } from "./sabotage/views/distorted-store.ts";
import { distortedWatch } from "./sabotage/views/distorted-watch.ts";
import { followedManner } from "./sabotage/views/followed-manner.ts";
import type { Manner } from "./sabotage/views/view.ts";

export interface ClusterOptions {
  /** Where the API server listens in the lab's root namespace. */
  listen: { address: string; port: number };
  /** Resolves when the nodes' network namespaces are there. */
  network: Promise<void>;
  attachPod: AttachPod;
  announcer: Announcer;
  /** The mesh of the lab, and the names of the other clusters that are in it. */
  mesh: Mesh;
  meshed: string[];
  log: (line: string) => void;
}

export interface StartedCluster {
  cluster: LabCluster;
  store: Store;
  /** `kind-NAME`. */
  context: string;
  /** For the administrator. */
  kubeconfig: object;
}

const version = "v1.36.2";

/** Where kubelets keep what they run: in the lab's own /run, so that it is gone when the lab is. */
const kubeletFolder = "/run/kubelet";

/** Starts one cluster: API server, controllers, and on each node a kubelet and a proxy. Rejects when one of them cannot start. */
export async function startCluster(cluster: LabCluster, options: ClusterOptions): Promise<StartedCluster> {
  const { listen, network, attachPod, announcer, mesh, meshed, log } = options;
  const { apiEndpoint, nodes } = cluster;
  const credentials = await createCredentials({
    clusterName: cluster.name,
    addresses: [apiEndpoint.address, listen.address, kubernetesAddress(cluster)],
    names: nodes.filter(({ role }) => role === "control-plane").map(({ name }) => name),
    domain: cluster.domain,
  });
  const ipv6 = cluster.ipv6 && { ipv6ServiceCidr: cluster.ipv6.serviceCidr };
  // The store comes first; what it is told comes through it.
  let manner = (): Manner => ({});
  const nodePorts = () => manner().nodePorts ?? usualNodePorts;
  const store = createStore({ serviceCidr: cluster.serviceCidr, ...ipv6, apiEndpoint, nodePorts });
  manner = followedManner(store, { component: "api-server" });
  const kubelets = new Map<string, Kubelet>();
  log("keys and store are there");
  startControllers({ store, cluster, credentials, log });
  const services = joinMesh({ mesh, others: meshed, store, cluster, log });
  await network;
  log("nodes are there");
  await startApiServer({
    store,
    credentials,
    clusterName: cluster.name,
    version,
    kubelet: createKubeletRouter(kubelets, store),
    listen: { host: listen.address, port: listen.port },
    streams: serveStreams(),
  });
  const served = `${apiEndpoint.address}:${apiEndpoint.port}`;
  const forwards = new Map([[served, `${listen.address}:${listen.port}`]]);
  await Promise.all(
    nodes.map(async (node) => {
      const proxied = distortedWatch(services, { component: "kube-proxy", node: node.name });
      startKubeProxy({ store: proxied, node, cluster, log, ...(node.role === "control-plane" && { forwards }) });
      const ownForwards = node.role === "control-plane" ? { forwards } : {};
      const kubeletManner = followedManner(store, { component: "kubelet", node: node.name });
      const policed = distortedWatch(store, { component: "network-policy", node: node.name });
      const policies = startNetworkPolicy({ store: policed, node, cluster, log, ...ownForwards });
      const [started] = await Promise.all([
        startKubelet({
          store: distortedStore(store, { component: "kubelet", node: node.name }),
          node,
          cluster,
          attachPod: policies.guard(attachPod),
          credentials,
          log,
          stateDir: kubeletFolder,
        }),
        credentials
          .kubeletCertificate(node)
          .then((pair) => serveKubeletPort(node, pair, () => kubeletManner().admitsAnybody === true)),
      ]);
      kubelets.set(node.name, started.kubelet);
    }),
  );
  if (cluster.loadBalancers !== undefined) {
    const record = createEventRecorder(store, "metallb-speaker", log);
    startSpeaker({ store: distortedWatch(store, { component: "speaker" }), cluster, announcer, record, log });
  }
  log(`API server, ${nodes.length} kubelets and proxies run`);
  const context = `kind-${cluster.name}`;
  return { cluster, store, context, kubeconfig: credentials.adminKubeconfig(`https://${served}`, context) };
}

/** The Service default/kubernetes has the first address of the range. */
function kubernetesAddress({ serviceCidr }: LabCluster): string {
  const range = parseCidr(serviceCidr);
  if (range === undefined) throw new RangeError(`${serviceCidr} is no IPv4 range`);
  return addressAt(range, 1);
}
