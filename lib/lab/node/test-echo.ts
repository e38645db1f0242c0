import type { KubeObject } from "../model.ts";
import type { Asked, Question } from "../net/scene-host.ts";
import { openScene } from "../net/scene.ts";
import type { Scene } from "../net/scene.ts";

/** Where the pods of an echo scene are, all of region-athens but the last. */
export const places = {
  one: "region-athens-worker",
  two: "region-athens-worker",
  three: "region-athens-worker2",
  abroad: "region-hurup-worker",
} as const;

export type PodName = keyof typeof places;

/** Addresses of the nodes of region-athens, and of the bridge. */
export const node = { control: "172.19.0.2", worker: "172.19.0.3", worker2: "172.19.0.4", bridge: "172.19.0.1" };

/** A scene with four pods, and short ways to speak of one Service, `shop/echo` of region-athens. */
export interface EchoScene {
  scene: Scene;
  addresses: Record<PodName, string>;
  put(...objects: KubeObject[]): Promise<void>;
  remove(...objects: KubeObject[]): Promise<void>;
  ask(from: string, address: string, port: number, more?: Partial<Question>): Promise<Asked>;
  /** Who answers when many ask at once, or with which errors, in order of the alphabet. */
  who(from: string, address: string, port: number, protocol?: Question["protocol"]): Promise<string[]>;
  /** The Service's endpoints; those that are not ready with their conditions. */
  slice(pods: PodName[], conditions?: Partial<Record<PodName, Record<string, boolean>>>): KubeObject;
}

/** Opens the scene. The caller closes it. */
export async function openEchoScene(): Promise<EchoScene> {
  const scene = await openScene("fixtures/lab/two-regions.yaml");
  const all = Object.keys(places) as PodName[];
  const pods = await Promise.all(all.map((name) => scene.pod(places[name], name)));
  const addresses = Object.fromEntries(pods.map((pod) => [pod.name, pod.address])) as Record<PodName, string>;
  // A port that a datagram was sent from not long ago may still be bound to an endpoint that is gone. The kernel's own choice is above these.
  let lastPort = 10_000;
  const ask: EchoScene["ask"] = (from, address, port, more) => {
    lastPort += 1;
    const own = more?.protocol === "udp" ? { sourcePort: lastPort } : {};
    return scene.ask(from, { protocol: "tcp", address, port, ...own, ...more });
  };
  return {
    scene,
    addresses,
    put: (...objects) => scene.put("region-athens", objects),
    remove: (...objects) => scene.put("region-athens", [], objects),
    ask,
    async who(from, address, port, protocol = "tcp") {
      // By chance alone, one of three is left out of 60 less than once in ten thousand million times.
      const answers = await Promise.all(Array.from({ length: 60 }, () => ask(from, address, port, { protocol })));
      return [...new Set(answers.map((answer) => ("by" in answer ? answer.by : answer.error)))].toSorted();
    },
    slice: (names, conditions = {}) => sliceOf(names, addresses, conditions),
  };
}

/** The Service, with TCP and UDP at its address 10.1.0.80 port 80 and at node port 30080; `status` is that of its load balancer. */
export function echoService(spec: Record<string, unknown> = {}, ingress?: unknown[]): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "echo", namespace: "shop" },
    spec: {
      type: "NodePort",
      clusterIP: "10.1.0.80",
      clusterIPs: ["10.1.0.80"],
      ports: ["TCP", "UDP"].map((protocol) => ({ name: protocol, port: 80, nodePort: 30_080, protocol })),
      ...spec,
    },
    status: { loadBalancer: ingress === undefined ? {} : { ingress } },
  };
}

function sliceOf(
  names: PodName[],
  addresses: Record<PodName, string>,
  conditions: Partial<Record<PodName, Record<string, boolean>>>,
): KubeObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "echo-abc", namespace: "shop", labels: { "kubernetes.io/service-name": "echo" } },
    addressType: "IPv4",
    ports: ["TCP", "UDP"].map((protocol) => ({ name: protocol, port: 8080, protocol })),
    endpoints: names.map((name) => ({
      addresses: [addresses[name]],
      nodeName: places[name],
      conditions: conditions[name] ?? { ready: true, serving: true, terminating: false },
    })),
  };
}
