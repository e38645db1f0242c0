import { textOf } from "../../base/open-record.ts";
import type { Cluster } from "../cluster.ts";
import { isUp, restartsOf } from "./workload-pods.ts";

/** What tells whether a pod is still the one that it was. */
export interface PodState {
  uid: string;
  ready: boolean;
  /** Of all its containers together. */
  restartCount: number;
  /** `status.podIP`; undefined while it has none. */
  address: string | undefined;
}

/** Reads the state of a pod; undefined when there is no pod of that name. Throws Diagnostic `broken`. */
export async function podState(cluster: Cluster, namespace: string, name: string): Promise<PodState | undefined> {
  const pod = await cluster.get({ apiVersion: "v1", kind: "Pod" }, name, namespace);
  if (pod === undefined) return undefined;
  return {
    uid: pod.metadata.uid ?? "",
    ready: isUp(pod, "ready"),
    restartCount: restartsOf(pod),
    address: textOf(pod["status"], "podIP"),
  };
}
