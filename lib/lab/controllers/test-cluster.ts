import { onTestFinished } from "vitest";
import { createStore } from "../api/store.ts";
import type { KubeObject, LabCluster, ResourceName, Store } from "../model.ts";
import { startControllers } from "./controllers.ts";
import { startTestKubelet } from "./test-kubelet.ts";

/** A small cluster: a real store, all controllers, and pods that pretend to run. */
export interface TestCluster {
  store: Store;
  cluster: LabCluster;
  /** What the controllers logged. */
  lines: string[];
  /** Resolves with the object once it exists and `isReached`. */
  reached(
    resource: ResourceName,
    name: string,
    isReached?: (object: KubeObject) => boolean,
    namespace?: string,
  ): Promise<KubeObject>;
  /** Resolves once the object does not exist. */
  gone(resource: ResourceName, name: string, namespace?: string): Promise<void>;
  /** Resolves with what `look` returns once that is not undefined; looks again after each change of the resource. */
  seen<T>(resource: ResourceName, look: () => T | undefined): Promise<T>;
}

/** The namespace that every test cluster has for its tests. */
export const testNamespace = "facts";

/**
 * Starts a cluster with a control plane, `workers` (2) and, if addresses are given for it, a load balancer; with IPv6 besides IPv4 where
 * `isDual`. It ends with the test.
 */
export function startTestCluster(
  options: { workers?: number; loadBalancers?: string; isDual?: boolean } = {},
): TestCluster {
  const { workers = 2, isDual = false, ...more } = options;
  const cluster: LabCluster = { ...describeCluster(workers), ...more, ...(isDual && { ipv6: secondRanges }) };
  const second = isDual ? { ipv6ServiceCidr: secondRanges.serviceCidr } : {};
  const store = createStore({ serviceCidr: cluster.serviceCidr, ...second, apiEndpoint: cluster.apiEndpoint });
  const lines: string[] = [];
  const controllers = startControllers({
    store,
    cluster,
    credentials: { caCertificate: "-----BEGIN CERTIFICATE-----" },
    log: (line) => lines.push(line),
  });
  const stopKubelet = startTestKubelet(store, isDual);
  onTestFinished(() => {
    controllers.stop();
    stopKubelet();
  });
  store.create("serviceaccounts", account("kube-system"));
  store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: testNamespace } });
  store.create("serviceaccounts", account(testNamespace));

  const seen = async <T>(resource: ResourceName, look: () => T | undefined): Promise<T> => {
    const { promise, resolve } = Promise.withResolvers<T>();
    const check = (): void => {
      const found = look();
      if (found !== undefined) resolve(found);
    };
    const stop = store.watch(resource, check);
    check();
    return promise.finally(stop);
  };
  return {
    store,
    cluster,
    lines,
    seen,
    reached: (resource, name, isReached = () => true, namespace = testNamespace) =>
      seen(resource, () => {
        const object = store.get(resource, name, namespace);
        return object !== undefined && isReached(object) ? object : undefined;
      }),
    gone: (resource, name, namespace = testNamespace) =>
      seen(resource, () => (store.get(resource, name, namespace) === undefined ? null : undefined)).then(() => {}),
  };
}

/** Makes a Deployment of `replicas` (1) pods labelled `app: NAME`; `image` tells one template from another. */
export function deployment(name: string, spec: Record<string, unknown> = {}, image = "echo:1"): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: testNamespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(image) },
      ...spec,
    },
  };
}

/** Makes a pod. */
export function pod(name: string, metadata: Partial<KubeObject["metadata"]> = {}, spec: object = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: testNamespace, ...metadata },
    spec: { ...podSpec("echo:1"), ...spec },
  };
}

/** Makes the spec of a pod with one container. */
export function podSpec(image: string): Record<string, unknown> {
  const ports = [{ name: "http", containerPort: 8080 }];
  return { terminationGracePeriodSeconds: 0, containers: [{ name: "c", image, ports }] };
}

function account(namespace: string): KubeObject {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } };
}

const secondRanges = { podCidr: "fd00:10::/56", serviceCidr: "fd00:10:1::/112", dnsAddress: "fd00:10:1::a" };

function describeCluster(workers: number): LabCluster {
  const name = "region-athens";
  const node = (suffix: string, role: "control-plane" | "worker", index: number) => ({
    cluster: name,
    name: `${name}-${suffix}`,
    role,
    address: `172.19.0.${index + 2}`,
    podCidr: `10.0.${index}.0/24`,
    netns: `${name}-${suffix}`,
  });
  return {
    name,
    podCidr: "10.0.0.0/16",
    serviceCidr: "10.1.0.0/16",
    dnsAddress: "10.1.0.10",
    domain: "cluster.local",
    apiEndpoint: { address: "172.19.0.2", port: 6443 },
    nodes: [
      node("control-plane", "control-plane", 0),
      ...Array.from({ length: workers }, (_, index) => node(`worker${index || ""}`, "worker", index + 1)),
    ],
  };
}
