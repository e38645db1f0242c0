import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerProcess, KubeObject } from "../../model.ts";
import { addressesOfNode } from "../../node-addresses.ts";
import { ConfigError, containerCommand, containerEnvironment } from "../environment/environment.ts";
import type { NodeContext } from "../node-context.ts";
import { type Container, podLabel, podSpec } from "../pod/pod-spec.ts";
import { execProcess } from "./container-exec.ts";
import { type MainProcess, type Output, StartError, startProcess } from "./container-process.ts";
import { type ContainerMount, layOutRoot } from "./container-root.ts";
import type { Image } from "./images.ts";
import { hostsFile, podHostname, resolvConf } from "./name-files.ts";
import { privilegeArguments } from "./privileges.ts";
import type { ProcessPlan, StartPlan } from "./start-script.ts";

/** Where a container is to run. */
export interface ContainerPlace {
  netns: string;
  /** One of each family; nodes and probes use the first. */
  podAddresses: string[];
  /** The pod's folder in the node's workspace. */
  folder: string;
}

export interface RunningContainer extends Pick<MainProcess, "exited" | "kill"> {
  exec(command: string[], options: { stdin: boolean; tty: boolean }): ContainerProcess;
}

/** Everything about a container that is settled before its process is made. */
export type PreparedContainer = Omit<StartPlan, "mounts"> & { mounts: ContainerMount[]; hasProject: boolean };

/**
 * Settles what a container will be: environment, command, mounts, privileges. Throws ConfigError when its configuration is not
 * there yet.
 */
export function prepareContainer(
  { store, node }: NodeContext,
  pod: KubeObject,
  container: Container,
  image: Image,
  { folder, podAddresses }: ContainerPlace,
): PreparedContainer {
  const spec = podSpec(pod);
  const hostname = podHostname(pod);
  refuseRoot(pod, container);
  const addresses = { podAddresses, hostAddresses: addressesOfNode(node) };
  const environment = containerEnvironment({ pod, container, addresses, image: image.environment, hostname, store });
  return {
    root: join(folder, "containers", container.name, "root"),
    hostname,
    environment,
    command: containerCommand(container, image, environment),
    workingDir: container.workingDir ?? "/",
    privileges: privilegeArguments(spec.securityContext, container.securityContext),
    readOnlyRoot: container.securityContext?.readOnlyRootFilesystem ?? false,
    hasProject: image.hasProject,
    mounts: (container.volumeMounts ?? []).map(({ name, mountPath, readOnly, subPath }) => ({
      source: join(folder, "volumes", name, subPath ?? ""),
      target: mountPath,
      readOnly: readOnly === true || !spec.volumes?.find((volume) => volume.name === name)?.emptyDir,
    })),
  };
}

/** Starts a prepared container. Rejects with StartError when its root or its process cannot be made. */
export async function startContainer(
  { workspace, cluster }: NodeContext,
  pod: KubeObject,
  prepared: PreparedContainer,
  { netns, podAddresses, folder }: ContainerPlace,
  output: Output,
): Promise<RunningContainer> {
  if (prepared.command.length === 0) throw new StartError("no command specified");
  const own = join(prepared.root, "..");
  mkdirSync(own, { recursive: true });
  const nodeResolvConf = existsSync("/etc/resolv.conf") ? readFileSync("/etc/resolv.conf", "utf8") : "";
  const names = { podAddresses, nodeResolvConf, dnsAddress: cluster.dnsAddress, domain: cluster.domain };
  const settings = {
    "resolv.conf": resolvConf(pod, names),
    hosts: hostsFile(pod, names),
    hostname: `${prepared.hostname}\n`,
  };
  const mounts = layOut(prepared, { image: workspace.image, settings });
  const main = await startProcess(netns, { ...prepared, mounts }, own, output);
  const plan: ProcessPlan = prepared;
  return {
    exited: main.exited,
    kill: (signal) => main.kill(signal),
    exec: (command, options) => execProcess({ ...plan, ...options, command, pid: main.pid, folder }),
  };
}

/** All images of the lab run as root. */
function refuseRoot(pod: KubeObject, { name, securityContext: own }: Container): void {
  const common = podSpec(pod).securityContext;
  if (!(own?.runAsNonRoot ?? common?.runAsNonRoot)) return;
  const user = own?.runAsUser ?? common?.runAsUser;
  if (user) return;
  const why =
    user === 0
      ? "container's runAsUser breaks non-root policy"
      : "container has runAsNonRoot and image will run as root";
  throw new ConfigError(`${why} (pod: "${podLabel(pod)}", container: ${name})`);
}

function layOut(
  { root, mounts, hasProject }: PreparedContainer,
  common: Pick<Parameters<typeof layOutRoot>[1], "image" | "settings">,
): ReturnType<typeof layOutRoot> {
  try {
    return layOutRoot(root, { ...common, mounts, hasProject });
  } catch (error) {
    throw new StartError((error as Error).message, { cause: error });
  }
}
