import { addressAt, parseCidr } from "../../base/address.ts";
import type { ApiStore } from "./store.ts";

/** Creates what every API server creates for itself when it starts. */
export function bootstrap(store: ApiStore, serviceCidr: string, endpoint?: { address: string; port: number }): void {
  for (const name of ["default", "kube-node-lease", "kube-public", "kube-system"]) {
    store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  const labels = { component: "apiserver", provider: "kubernetes" };
  const metadata = { name: "kubernetes", namespace: "default", labels };
  store.create("services", {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: {
      clusterIP: addressAt(parseCidr(serviceCidr)!, 1),
      ports: [{ name: "https", port: 443, targetPort: endpoint?.port ?? 6443 }],
    },
  });
  if (!endpoint) return;
  const { address, port } = endpoint;
  const ports = [{ name: "https", port, protocol: "TCP" }];
  store.create("endpoints", {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { ...metadata, labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
    subsets: [{ addresses: [{ ip: address }], ports }],
  });
  store.create("endpointslices.discovery.k8s.io", {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...metadata, labels: { "kubernetes.io/service-name": "kubernetes" } },
    addressType: "IPv4",
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports,
  });
}
