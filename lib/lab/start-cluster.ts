import { createCredentials } from "./api/credentials.ts";
import { createStore } from "./api/store.ts";
import { startControllers } from "./controllers/controllers.ts";
import type { AttachPod, Kubelet, LabCluster, Store } from "./model.ts";
import { startKubeProxy } from "./node/kube-proxy.ts";
import { createKubeletRouter } from "./node/kubelet-router.ts";
import { startKubelet } from "./node/kubelet.ts";

export interface ClusterOptions {
  /** Where the API server listens in the lab's root namespace. */
  listen: { address: string; port: number };
  /** Resolves when the nodes' network namespaces are there. */
  network: Promise<void>;
  attachPod: AttachPod;
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

/** Where kubelets keep what they run: in the lab's own /run, so that it is gone when the lab is. */
const kubeletFolder = "/run/kubelet";

/** Starts one cluster: API server, controllers, and on each node a kubelet and a proxy. Rejects when one of them cannot start. */
export async function startCluster(cluster: LabCluster, options: ClusterOptions): Promise<StartedCluster> {
  const { listen, network, attachPod, log } = options;
  const { apiEndpoint, nodes } = cluster;
  const credentials = await createCredentials({
    clusterName: cluster.name,
    addresses: [apiEndpoint.address, listen.address, ...nodes.slice(0, 1).map(() => "127.0.0.1")],
    names: nodes.slice(0, 1).map(({ name }) => name),
    domain: cluster.domain,
  });
  const store = createStore({ serviceCidr: cluster.serviceCidr, apiEndpoint });
  const kubelets = new Map<string, Kubelet>();
  const kubelet = createKubeletRouter(kubelets, store);
  startControllers({ store, cluster, credentials, log });
  await network;
  const served = `${apiEndpoint.address}:${apiEndpoint.port}`;
  const forwards = new Map([[served, `${listen.address}:${listen.port}`]]);
  await Promise.all(
    nodes.map(async (node) => {
      startKubeProxy({ store, node, cluster, log, ...(node.role === "control-plane" && { forwards }) });
      const started = await startKubelet({
        store,
        node,
        cluster,
        attachPod,
        credentials,
        log,
        stateDir: kubeletFolder,
      });
      kubelets.set(node.name, started.kubelet);
    }),
  );
  const context = `kind-${cluster.name}`;
  return { cluster, store, context, kubeconfig: credentials.adminKubeconfig(`https://${served}`, context) };
}
