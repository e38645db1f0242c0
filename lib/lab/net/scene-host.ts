import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { KubeObject, PodNetwork, WatchEvent } from "../model.ts";
import { startKubeProxy } from "../node/kube-proxy.ts";
import type { KubeProxy } from "../node/kube-proxy.ts";
import { readTopology } from "../topology.ts";
import { podAttacher } from "./attach-pod.ts";
import { buildLabNetwork } from "./lab-network.ts";
import { runInNetns } from "./run-tool.ts";

/** The inside of a test scene: does what the test's process asks for over the channel between them. */
export type SceneCall =
  | { do: "build" }
  | { do: "pod"; node: string; name: string }
  | { do: "removePod"; name: string }
  | { do: "put"; cluster: string; objects: KubeObject[]; gone: KubeObject[] }
  | { do: "ask"; from: string; question: Question }
  | { do: "run"; netns: string; command: string[] };

export interface Question {
  protocol: "tcp" | "udp";
  address: string;
  port: number;
  /** Chosen by the kernel when absent. */
  sourcePort?: number;
  /** When silence is what the question is about: how long it has to last. Else there is patience for a busy machine. */
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
const proxies = new Map<string, KubeProxy[]>();

function watchableStore() {
  const listeners = new Map<string, ((event: WatchEvent) => void)[]>();
  return {
    watch(resource: string, listener: (event: WatchEvent) => void) {
      listeners.set(resource, [...(listeners.get(resource) ?? []), listener]);
      return () => {};
    },
    emit(event: WatchEvent) {
      const resource = event.object.kind === "Service" ? "services" : "endpointslices.discovery.k8s.io";
      for (const listener of listeners.get(resource) ?? []) listener(event);
    },
  };
}

const handlers = {
  async build() {
    await buildLabNetwork(topology, new Map(topology.clusters.map(({ name }, index) => [name, 6443 + index])));
    for (const cluster of topology.clusters) {
      const store = stores.get(cluster.name) ?? watchableStore();
      proxies.set(
        cluster.name,
        cluster.nodes.map((node) =>
          startKubeProxy({ store, node, cluster, log: (line) => process.stderr.write(`${line}\n`) }),
        ),
      );
    }
    await settled();
  },
  async pod(call: SceneCall & { do: "pod" }) {
    const node = nodes.find(({ name }) => name === call.node);
    if (node === undefined) throw new Error(`no node ${call.node}`);
    const network = await attachPod(node, call.name);
    const started = startPodProcess(network.netns, call.name, "8080");
    await once(started, "message");
    pods.set(call.name, { network, process: started });
    return { name: call.name, address: network.address };
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
};

async function settled(): Promise<void> {
  await Promise.all([...proxies.values()].flat().map((proxy) => proxy.settled()));
}

function startPodProcess(netns: string, name: string, port: string): ChildProcess {
  const script = [process.execPath, `${import.meta.dirname}/scene-pod.ts`, name, port];
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
