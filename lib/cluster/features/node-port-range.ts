import { listOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import { listIfReadable } from "./readable.ts";

/** Ports that a cluster gives to Services of type NodePort; both ends belong to it. */
export interface NodePortRange {
  first: number;
  last: number;
  /** `flag`: the API server was told so. `default`: no API server's flags can be read, or they do not name it. */
  from: "flag" | "default";
}

/** What an API server uses unless it is told otherwise. */
export const defaultNodePortRange: NodePortRange = { first: 30_000, last: 32_767, from: "default" };

const flag = "--service-node-port-range";

/**
 * Reads the range from the flags of the API servers that run as pods of kube-system, where there are such pods and they may be read.
 * Throws Diagnostic `broken`.
 *
 * @see https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
 */
export async function readNodePortRange(cluster: Cluster): Promise<NodePortRange> {
  const options = { namespace: "kube-system", labelSelector: "component=kube-apiserver" };
  const pods = (await listIfReadable(cluster, { apiVersion: "v1", kind: "Pod" }, options)) ?? [];
  return (
    pods
      .flatMap(flagsOf)
      .map(rangeOf)
      .find((range) => range !== undefined) ?? defaultNodePortRange
  );
}

function flagsOf({ spec }: KubeObject): string[] {
  const words = listOf(spec, "containers")
    .flatMap((container) => [...listOf(container, "command"), ...listOf(container, "args")])
    .map(String);
  return words.map((word, index) => (word === flag ? `${word}=${words[index + 1] ?? ""}` : word));
}

/** Reads `30000-32767`, or `30000+2767`, which has the same last port. */
function rangeOf(word: string): NodePortRange | undefined {
  const [, first, sign, second] = /^--service-node-port-range=(\d+)([-+])(\d+)$/.exec(word) ?? [];
  if (first === undefined || second === undefined) return undefined;
  const last = sign === "+" ? Number(first) + Number(second) : Number(second);
  return { first: Number(first), last, from: "flag" };
}
