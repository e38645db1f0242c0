import { arch, cpus, release, totalmem } from "node:os";
import { ApiError, type KubeObject, type LabNode, type Store } from "../model.ts";
import { addressesOfNode, familiesOfNode } from "../node-addresses.ts";
import { timestamp } from "./timestamp.ts";

const heartbeatMs = 60_000;

/**
 * Makes the Node object of a lab node where it is missing, gives it its status, and lets its conditions beat once a minute. Returns
 * the function that ends this; the object stays.
 *
 * @see https://kubernetes.io/docs/reference/node/node-status/
 */
export function registerNode(store: Store, node: LabNode): () => void {
  if (!store.get("nodes", node.name)) createNode(store, node);
  beat(store, node);
  const timer = setInterval(() => beat(store, node), heartbeatMs);
  timer.unref();
  return () => clearInterval(timer);
}

function createNode(store: Store, node: LabNode): void {
  try {
    store.create("nodes", {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name: node.name,
        labels: {
          "beta.kubernetes.io/arch": architecture(),
          "beta.kubernetes.io/os": "linux",
          "kubernetes.io/arch": architecture(),
          "kubernetes.io/hostname": node.name,
          "kubernetes.io/os": "linux",
          ...(node.role === "control-plane" && { "node-role.kubernetes.io/control-plane": "" }),
        },
      },
      spec: { podCIDR: node.podCidr, podCIDRs: familiesOfNode(node).map(({ podCidr }) => podCidr) },
    });
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 409)) throw error;
  }
}

function beat(store: Store, node: LabNode): void {
  store.modify("nodes", node.name, undefined, (copy) => ({ ...copy, status: nodeStatus(copy, node) }), "status");
}

interface NodeCondition {
  type: string;
  status: string;
  lastTransitionTime?: string;
}

function nodeStatus(current: KubeObject, node: LabNode): Record<string, unknown> {
  const now = timestamp(Date.now());
  const before: NodeCondition[] = current.status?.conditions ?? [];
  const capacity = { cpu: `${cpus().length}`, memory: `${Math.floor(totalmem() / 1024)}Ki`, pods: "110" };
  const own = kubeletConditions.map(({ type, status, reason, message }) => {
    const old = before.find((condition) => condition.type === type && condition.status === status);
    const lastTransitionTime = old?.lastTransitionTime ?? now;
    return { type, status, lastHeartbeatTime: now, lastTransitionTime, reason, message };
  });
  const others = before.filter(({ type }) => !kubeletConditions.some((condition) => condition.type === type));
  return {
    ...(current.status as Record<string, unknown> | undefined),
    capacity,
    allocatable: capacity,
    conditions: [...others, ...own],
    addresses: [
      ...addressesOfNode(node).map((address) => ({ type: "InternalIP", address })),
      { type: "Hostname", address: node.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: current.metadata.uid ?? "",
      systemUUID: current.metadata.uid ?? "",
      bootID: "",
      kernelVersion: release(),
      osImage: "meshgate lab",
      containerRuntimeVersion: "lab://1",
      kubeletVersion: "v1.36.2",
      kubeProxyVersion: "",
      operatingSystem: "linux",
      architecture: architecture(),
    },
  };
}

const kubeletConditions = [
  ["MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
  ["DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
  ["PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
  ["Ready", "True", "KubeletReady", "kubelet is posting ready status"],
].map(([type = "", status = "", reason = "", message = ""]) => ({ type, status, reason, message }));

/** As Kubernetes and container images name it. */
function architecture(): string {
  return arch() === "x64" ? "amd64" : arch();
}
