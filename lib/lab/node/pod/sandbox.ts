import { mkdirSync } from "node:fs";
import type { KubeObject, PodNetwork } from "../../model.ts";
import { addressesOfNode } from "../../node-addresses.ts";
import type { NodeContext } from "../node-context.ts";
import { podSpec } from "./pod-spec.ts";

/**
 * Gives a pod its network: one of its own, with addresses of the range that its Node object names, or with hostNetwork that of the node. Rejects when it
 * cannot be had.
 */
export async function createSandbox(
  { store, node, attachPod }: NodeContext,
  pod: KubeObject,
  folder: string,
): Promise<PodNetwork> {
  mkdirSync(folder, { recursive: true });
  if (!podSpec(pod).hostNetwork) {
    const podCidr = store.get("nodes", node.name)?.spec?.podCIDR ?? node.podCidr;
    return attachPod({ ...node, podCidr }, pod.metadata.uid ?? "");
  }
  return { addresses: addressesOfNode(node), netns: node.netns, release: () => Promise.resolve() };
}
