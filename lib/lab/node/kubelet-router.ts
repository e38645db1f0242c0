import { ApiError, type Kubelet, type Store } from "../model.ts";
import { podSpec } from "./pod/pod-spec.ts";

/**
 * Makes the one kubelet that an API server talks to: each call goes to the node that the pod is bound to. `kubelets` is keyed by node name and
 * may grow later. A pod that is not there throws 404, one without a node 400.
 */
export function createKubeletRouter(kubelets: ReadonlyMap<string, Kubelet>, store: Pick<Store, "get">): Kubelet {
  const kubeletOf = (namespace: string, name: string): Kubelet => {
    const pod = store.get("pods", name, namespace);
    if (!pod) throw new ApiError(404, "NotFound", `pods "${name}" not found`, { name, kind: "pods" });
    const node = podSpec(pod).nodeName;
    if (!node) throw new ApiError(400, "BadRequest", `pod ${name} does not have a host assigned`);
    const kubelet = kubelets.get(node);
    if (!kubelet) throw new ApiError(404, "NotFound", `nodes "${node}" not found`, { name: node, kind: "nodes" });
    return kubelet;
  };
  return {
    exec: (namespace, pod, ...rest) => kubeletOf(namespace, pod).exec(namespace, pod, ...rest),
    logs: (namespace, pod, ...rest) => kubeletOf(namespace, pod).logs(namespace, pod, ...rest),
    dial: async (namespace, pod, port) => kubeletOf(namespace, pod).dial(namespace, pod, port),
  };
}
