import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import type { KubeObject } from "../cluster.ts";
import type { EvidenceSource, GatheredFile } from "./evidence-source.ts";
import { fileName } from "./file-name.ts";

/** Of each container. */
const tailLines = 500;
/** Pods of the run whose logs are read, for one subject. */
const mostOfRun = 8;
/** Pods that make the network of a node, by the beginnings of their names: DNS servers, service proxies and network plugins. */
const networkPods =
  /^(coredns|kube-dns|node-local-dns|kube-proxy|cilium(-envoy)?-[a-z0-9]{5}$|calico-node|canal|kube-flannel|kindnet|weave-net|antrea-agent|kube-router|aws-node|azure-cni|ovnkube-node)/;

/**
 * Reads the ends of logs: of the run's pods, in the order given, and of those in kube-system that make the network of their node. Where a
 * container was started again, also the end of the log before. Empty logs are left out.
 */
export async function logFiles(source: EvidenceSource, pods: KubeObject[], cut: string[]): Promise<GatheredFile[]> {
  const isOwn = ({ metadata }: KubeObject) => source.namespaces.includes(metadata.namespace ?? "");
  const own = pods.filter((pod) => isOwn(pod) && textOf(pod["spec"], "nodeName") !== undefined);
  const unwell = own.filter((pod) => !isWell(pod));
  const wanted = [...new Set([...unwell, ...own])].slice(0, mostOfRun);
  const network = pods.filter((pod) => !isOwn(pod) && networkPods.test(pod.metadata.name));
  const files = [...wanted, ...network].flatMap((pod) =>
    listOf(pod["spec"], "containers").flatMap((container) => {
      const name = textOf(container, "name") ?? "";
      const again = hasRestarted(pod, name) ? [logFile(source, pod, name, true, cut)] : [];
      return [logFile(source, pod, name, false, cut), ...again];
    }),
  );
  return (await Promise.all(files)).flat();
}

async function logFile(
  source: EvidenceSource,
  { metadata: { namespace = "", name } }: KubeObject,
  container: string,
  previous: boolean,
  cut: string[],
): Promise<GatheredFile[]> {
  const which = `log of ${namespace}/${name}/${container}${previous ? " before its restart" : ""}`;
  const options = { tailLines, container, ...(previous ? { previous } : {}) };
  const text = await source.read(which, cut, () => source.cluster.log(namespace, name, options));
  if (text === undefined || text === "") return [];
  const file = fileName(`${namespace}-${name}-${container}${previous ? "-previous" : ""}`);
  return [{ name: `logs/${file}.log`, about: `${which}, its last ${tailLines} lines`, text, keep: "tail" }];
}

function isWell(pod: KubeObject): boolean {
  const statuses = listOf(pod["status"], "containerStatuses");
  return statuses.every((status) => fieldOf(status, "ready") === true && fieldOf(status, "restartCount") === 0);
}

function hasRestarted(pod: KubeObject, container: string): boolean {
  const status = listOf(pod["status"], "containerStatuses").find((each) => textOf(each, "name") === container);
  return Number(fieldOf(status, "restartCount") ?? 0) > 0;
}
