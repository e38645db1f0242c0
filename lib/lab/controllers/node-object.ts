import { availableParallelism, release, totalmem } from "node:os";
import type { KubeObject, LabCluster, LabNode } from "../model.ts";
import { addressesOfNode, familiesOfNode } from "../node-addresses.ts";
import { timestamp } from "./timestamp.ts";

const kubeletVersion = "v1.36.2";

/**
 * Makes the Node object of a lab node: ready, with the machine's processors and memory. Every node of a cluster has a zone of its own
 * (`region-athens-a`, `region-athens-b`, …, by `index`). A control-plane node carries its NoSchedule taint when there are workers.
 *
 * @see https://kubernetes.io/docs/concepts/architecture/nodes/#node-status
 */
export function nodeObject(cluster: LabCluster, node: LabNode, index: number): KubeObject {
  const { name, role } = node;
  const podCIDRs = familiesOfNode(node).map(({ podCidr }) => podCidr);
  const isControlPlane = role === "control-plane";
  const hasWorkers = cluster.nodes.some((each) => each.role === "worker");
  const taints = [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }];
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "beta.kubernetes.io/arch": architecture(),
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": architecture(),
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "topology.kubernetes.io/region": cluster.name,
        "topology.kubernetes.io/zone": `${cluster.name}-${String.fromCodePoint(97 + (index % 26))}`,
        ...(isControlPlane && { "node-role.kubernetes.io/control-plane": "" }),
      },
    },
    spec: { podCIDR: podCIDRs[0], podCIDRs, ...(isControlPlane && hasWorkers && { taints }) },
    status: {
      capacity: capacity(),
      allocatable: capacity(),
      conditions: conditions(),
      addresses: [
        ...addressesOfNode(node).map((address) => ({ type: "InternalIP", address })),
        { type: "Hostname", address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
      nodeInfo: {
        machineID: "",
        systemUUID: "",
        bootID: "",
        kernelVersion: release(),
        osImage: "meshgate lab",
        containerRuntimeVersion: `meshgate://${process.versions.node}`,
        kubeletVersion,
        kubeProxyVersion: "",
        operatingSystem: "linux",
        architecture: architecture(),
      },
    },
  };
}

function capacity(): Record<string, string> {
  return {
    cpu: String(availableParallelism()),
    "ephemeral-storage": "10Gi",
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: "110",
  };
}

function conditions(): unknown[] {
  const now = timestamp();
  const entry = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
    reason,
    message,
  });
  return [
    entry("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    entry("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    entry("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    entry("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
  ];
}

function architecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}
