import { ApiError, type Kubelet } from "../model.ts";
import { podSpec } from "./pod/pod-spec.ts";
import type { PodWorker } from "./pod/pod-worker.ts";
import type { ContainerLog } from "./runtime/container-log.ts";
import { dialPod } from "./runtime/pod-dial.ts";

/** Answers what the API server asks of a node, for the pods that `find` knows. */
export function podRequests(find: (namespace: string, pod: string) => PodWorker | undefined): Kubelet {
  const known = (namespace: string, pod: string): PodWorker => {
    const worker = find(namespace, pod);
    if (!worker) throw new ApiError(404, "NotFound", `pods "${pod}" not found`, { name: pod, kind: "pods" });
    return worker;
  };
  return {
    exec(namespace, pod, container, command, options) {
      const worker = known(namespace, pod);
      const name = containerName(worker, container);
      const running = worker.containers.running(name);
      if (!running) throw internal(`unable to upgrade connection: container not found ("${name}")`);
      return running.exec(command, options);
    },
    logs(namespace, pod, container, options) {
      const worker = known(namespace, pod);
      const name = containerName(worker, container);
      return containerLog(worker, name, options.previous ?? false).read(options);
    },
    async dial(namespace, pod, port) {
      const network = known(namespace, pod).network();
      if (!network) throw internal(`error forwarding port ${port} to pod ${pod}: the pod is not running`);
      try {
        return await dialPod(network.netns, port);
      } catch (error) {
        throw internal(`error forwarding port ${port} to pod ${pod}: ${(error as Error).message}`);
      }
    },
  };
}

/** The container that was asked for; without a name the only one. */
function containerName({ pod }: PodWorker, wanted: string | undefined): string {
  const { containers, initContainers = [] } = podSpec(pod);
  const names = [...containers, ...initContainers].map(({ name }) => name);
  const [first = "", ...others] = containers.map(({ name }) => name);
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  if (wanted === undefined && others.length === 0) return first;
  const { name } = pod.metadata;
  throw new ApiError(
    400,
    "BadRequest",
    wanted === undefined
      ? `a container name must be specified for pod ${name}, choose one of: [${[first, ...others].join(" ")}]`
      : `container ${wanted} is not valid for pod ${name}`,
  );
}

/** The log of a container that waits to be started again is that of its last run, which is its previous one, too. */
function containerLog({ pod, containers }: PodWorker, name: string, previous: boolean): ContainerLog {
  const state = containers.records.get(name)?.state;
  const waiting = state && "waiting" in state ? state.waiting.reason : undefined;
  const log = containers.log(name, previous && waiting === undefined);
  if (log) return log;
  const container = `container "${name}" in pod "${pod.metadata.name}"`;
  const refusal = previous
    ? `previous terminated ${container} not found`
    : `${container} is waiting to start: ${waitingWords.get(waiting) ?? waiting}`;
  throw new ApiError(400, "BadRequest", refusal);
}

/** What the kubelet calls by another name than the container's status. */
const waitingWords = new Map<string | undefined, string>([
  ["ErrImagePull", "image can't be pulled"],
  ["ImagePullBackOff", "trying and failing to pull image"],
]);

function internal(message: string): ApiError {
  return new ApiError(500, "InternalError", message);
}
