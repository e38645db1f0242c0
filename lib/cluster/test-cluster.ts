import type { Cluster } from "./cluster.ts";
import { openCluster } from "./open-cluster.ts";
import { type PlaybackServer, startPlaybackServer } from "./playback-server.ts";
import { makeKubeconfigDirectory } from "./kubeconfig/test-kubeconfig.ts";

/** A cluster opened on a playback server, closed with it when disposed. For tests. */
export interface TestCluster extends AsyncDisposable {
  server: PlaybackServer;
  cluster: Cluster;
}

/** The kinds that the server knows, by group and version: kind, plural, and whether it is namespaced. */
const kinds: Record<string, [string, string, boolean][]> = {
  "/api/v1": [
    ["Namespace", "namespaces", false],
    ["Node", "nodes", false],
    ["Pod", "pods", true],
    ["Pod", "pods/status", true],
    ["Service", "services", true],
    ["Secret", "secrets", true],
    ["ConfigMap", "configmaps", true],
    ["ServiceAccount", "serviceaccounts", true],
    ["Event", "events", true],
  ],
  "/apis/apps/v1": [
    ["DaemonSet", "daemonsets", true],
    ["Deployment", "deployments", true],
    ["ReplicaSet", "replicasets", true],
  ],
  "/apis/networking.k8s.io/v1": [
    ["Ingress", "ingresses", true],
    ["IngressClass", "ingressclasses", false],
  ],
  "/apis/apiextensions.k8s.io/v1": [["CustomResourceDefinition", "customresourcedefinitions", false]],
  "/apis/discovery.k8s.io/v1": [["EndpointSlice", "endpointslices", true]],
};

/** Starts a playback server that knows the usual kinds, and opens it under the context `test cluster`. */
export async function openTestCluster(options: { timeoutMs?: number; pathPrefix?: string } = {}): Promise<TestCluster> {
  const server = await startPlaybackServer();
  const { pathPrefix = "" } = options;
  server.answer(`GET ${pathPrefix}/version`, { status: 200, body: { gitVersion: "v1.36.2" } });
  server.answer(`GET ${pathPrefix}/api/v1/namespaces/kube-system`, {
    status: 200,
    body: { metadata: { uid: "uid-1" } },
  });
  for (const [root, resources] of Object.entries(kinds)) {
    const body = { resources: resources.map(([kind, name, namespaced]) => ({ kind, name, namespaced })) };
    server.answer(`GET ${pathPrefix}${root}`, { status: 200, body });
  }
  using directory = makeKubeconfigDirectory();
  const ca = { "certificate-authority-data": Buffer.from(server.certificate).toString("base64") };
  const kubeconfig = directory.load({
    "test cluster": { server: server.url + pathPrefix, cluster: ca, user: { token: "s3cr3t-token" } },
  });
  const cluster = await openCluster(kubeconfig, "test cluster", options);
  server.asked.length = 0;
  return {
    server,
    cluster,
    [Symbol.asyncDispose]: async () => {
      await cluster.close();
      await server.close();
    },
  };
}
