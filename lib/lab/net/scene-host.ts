import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { RecordEvent } from "../controllers/event-recorder.ts";
import type { KubeObject, PodNetwork, WatchEvent } from "../model.ts";
import { startKubeProxy } from "../node/kube-proxy.ts";
import { startNetworkPolicy } from "../node/network-policy/network-policy.ts";
import type { NetworkPolicy } from "../node/network-policy/network-policy.ts";
import { startSpeaker } from "../node/speaker.ts";
import { readTopology } from "../topology.ts";
import { createAnnouncer } from "./announcer.ts";
import { podAttacher } from "./attach-pod.ts";
import { buildLabNetwork } from "./lab-network.ts";
import { runInNetns } from "./run-tool.ts";

/** The inside of a test scene: does what the test's process asks for over the channel between them. */
export type SceneCall =
  | { do: "build" }
  | { do: "pod"; node: string; name: string; ports: number[] }
  | { do: "host"; node: string; name: string; ports: number[] }
  | { do: "removePod"; name: string }
  | { do: "put"; cluster: string; objects: KubeObject[]; gone: KubeObject[] }
  | { do: "ask"; from: string; question: Question }
  | { do: "run"; netns: string; command: string[] }
  | { do: "events" };

export interface Question {
  protocol: "tcp" | "udp";
  address: string;
  port: number;
  /** Chosen by the kernel when absent. */
  sourcePort?: number;
  /** Keeps the TCP connection: who asked the same before asks over the one that is there. For pods' port 7, where any number of questions is answered. */
  kept?: boolean;
  /** How long there must be silence before it counts. Default 700. */
  silentForMs?: number;
}

/** `by` and `saw` of who answered, or the code of the error; `timeout` when neither came. */
export type Asked = { by: string; saw: string } | { error: string };

interface Pod {
  network: PodNetwork;
  process: ChildProcess;
}

const topology = readTopology(process.argv[2] ?? "");
const nodes = topology.clusters.flatMap((cluster) => cluster.nodes);
const attachPod = podAttacher();
const pods = new Map<string, Pod>();
/** Processes that only ask, by the namespace that they stand in. */
const askers = new Map<string, ChildProcess>();
const stores = new Map(topology.clusters.map(({ name }) => [name, watchableStore()]));
const policies = new Map<string, NetworkPolicy>();
const followers: { settled(): Promise<void> }[] = [];
const announcer = createAnnouncer(topology);
const events: string[] = [];

const resources: Record<string, string> = {
  Service: "services",
  EndpointSlice: "endpointslices.discovery.k8s.io",
  Pod: "pods",
  Namespace: "namespaces",
  NetworkPolicy: "networkpolicies.networking.k8s.io",
  Node: "nodes",
  IPAddressPool: "ipaddresspools.metallb.io",
  L2Advertisement: "l2advertisements.metallb.io",
};

function watchableStore() {
  const listeners = new Map<string, ((event: WatchEvent) => void)[]>();
  return {
    watch(resource: string, listener: (event: WatchEvent) => void) {
      listeners.set(resource, [...(listeners.get(resource) ?? []), listener]);
      return () => {};
    },
    emit(event: WatchEvent) {
      for (const listener of listeners.get(resources[event.object.kind] ?? "") ?? []) listener(event);
    },
  };
}

const handlers = {
  async build() {
    const apiPorts = new Map(topology.clusters.map(({ name }, index) => [name, 6443 + index]));
    await buildLabNetwork(topology, apiPorts);
    for (const cluster of topology.clusters) {
      const store = stores.get(cluster.name) ?? watchableStore();
      const log = (line: string): void => void process.stderr.write(`${line}\n`);
      const { address, port } = cluster.apiEndpoint;
      const forwards = new Map([[`${address}:${port}`, `${topology.gateway}:${apiPorts.get(cluster.name)}`]]);
      for (const node of cluster.nodes) {
        const ownForwards = node.role === "control-plane" ? { forwards } : {};
        const policy = startNetworkPolicy({ store, node, cluster, log, ...ownForwards });
        policies.set(node.name, policy);
        followers.push(startKubeProxy({ store, node, cluster, log }), policy);
      }
      const record = (...[about, type, reason, message]: Parameters<RecordEvent>): void =>
        void events.push(`${about.metadata.name} ${type} ${reason}: ${message}`);
      followers.push(startSpeaker({ store, cluster, announcer, record, log }));
    }
    await settled();
  },
  async pod(call: SceneCall & { do: "pod" }) {
    const node = nodes.find(({ name }) => name === call.node);
    if (node === undefined) throw new Error(`no node ${call.node}`);
    const attach = policies.get(node.name)?.guard(attachPod) ?? attachPod;
    const network = await attach(node, call.name);
    const started = startPodProcess(network.netns, call.name, call.ports.join(","));
    await once(started, "message");
    pods.set(call.name, { network, process: started });
    const [address = ""] = network.addresses;
    return { name: call.name, address, addresses: network.addresses };
  },
  async host(call: SceneCall & { do: "host" }) {
    await once(startPodProcess(call.node, call.name, call.ports.join(",")), "message");
  },
  async removePod(call: SceneCall & { do: "removePod" }) {
    const pod = pods.get(call.name);
    pod?.process.kill("SIGKILL");
    await pod?.network.release();
    pods.delete(call.name);
  },
  async put(call: SceneCall & { do: "put" }) {
    const store = stores.get(call.cluster);
    for (const object of call.objects) store?.emit({ type: "MODIFIED", object });
    for (const object of call.gone) store?.emit({ type: "DELETED", object });
    await settled();
  },
  async ask(call: SceneCall & { do: "ask" }) {
    const asker = pods.get(call.from)?.process ?? askers.get(call.from) ?? startPodProcess(call.from, call.from, "");
    if (!pods.has(call.from)) askers.set(call.from, asker);
    const id = Math.random();
    asker.send({ id, question: call.question });
    const { promise, resolve } = Promise.withResolvers<Asked>();
    const take = (reply: { id?: number; asked: Asked }): void => {
      if (reply.id !== id) return;
      asker.off("message", take);
      resolve(reply.asked);
    };
    asker.on("message", take);
    return promise;
  },
  run: (call: SceneCall & { do: "run" }) => runInNetns(call.netns, call.command),
  events: () => Promise.resolve(events),
};

async function settled(): Promise<void> {
  await Promise.all(followers.map((follower) => follower.settled()));
}

function startPodProcess(netns: string, name: string, ports: string): ChildProcess {
  const script = [process.execPath, `${import.meta.dirname}/scene-pod.ts`, name, ports];
  const command = netns === "outside" ? script : ["nsenter", `--net=/run/netns/${netns}`, "--", ...script];
  const started = spawn(command[0] ?? "", command.slice(1), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  // Each question that waits for its answer listens.
  return started.setMaxListeners(0);
}

process.on("message", ({ id, call }: { id: number; call: SceneCall }) => {
  const handle = handlers[call.do] as (call: SceneCall) => Promise<unknown>;
  handle(call).then(
    (result) => process.send?.({ id, result }),
    (error: Error) => process.send?.({ id, failure: error.stack ?? error.message }),
  );
});
process.on("disconnect", () => process.exit());
