import { readdirSync, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { createStore } from "../api/store.ts";
import type { KubeObject, LogOptions } from "../model.ts";
import { podAttacher } from "../net/attach-pod.ts";
import { buildLabNetwork } from "../net/lab-network.ts";
import { readTopology } from "../topology.ts";
import { type StartedKubelet, startKubelet } from "./kubelet.ts";

/** The inside of a test scene: one node with its kubelet, and a store that tells every change to the test's process. */
export type SceneCall =
  | { do: "build" }
  | { do: "create" | "replace"; resource: string; object: KubeObject }
  | { do: "delete"; resource: string; name: string; graceSeconds?: number }
  | { do: "exec"; pod: string; command: string[]; stdin?: string; tty?: boolean; killAfter?: string }
  | { do: "logs"; pod: string; options: LogOptions }
  | { do: "dial"; pod: string; port: number; send: string }
  | { do: "commands" }
  | { do: "stop" };

/** What came of a command that was run in a container. */
export interface Executed {
  stdout: string;
  stderr: string;
  exited: { code: number } | { failure: string };
}

const topology = readTopology(process.argv[2] ?? "");
const [cluster] = topology.clusters;
const node = cluster?.nodes.find(({ role }) => role === "worker");
const namespace = "default";
const mountsBefore = mounts();
let started: StartedKubelet;

const store = createStore({ serviceCidr: cluster?.serviceCidr ?? "", now: () => new Date() });

const handlers = {
  async build() {
    if (!cluster || !node) throw new Error("no worker in the first cluster");
    const ports = new Map(topology.clusters.map(({ name }, index) => [name, 6443 + index]));
    await buildLabNetwork(topology, ports);
    store.create("serviceaccounts", {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default", namespace },
    });
    store.create("configmaps", {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "kube-root-ca.crt", namespace },
      data: { "ca.crt": "the lab's authority" },
    });
    for (const resource of ["pods", "events"]) store.watch(resource, (event) => tell({ resource, event }));
    const credentials = {
      caCertificate: "",
      issueToken: (space: string, account: string) => `token of ${space}/${account}`,
    };
    const log = (line: string): void => void process.stderr.write(`${line}\n`);
    started = await startKubelet({
      store,
      node,
      cluster,
      attachPod: podAttacher(),
      credentials,
      log,
      stateDir: "/run/lab",
    });
    return node;
  },
  create: ({ resource, object }: SceneCall & { do: "create" }) => store.create(resource, object),
  replace: ({ resource, object }: SceneCall & { do: "replace" }) => store.update(resource, object),
  delete: ({ resource, name, graceSeconds }: SceneCall & { do: "delete" }) =>
    store.delete(resource, name, namespace, graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
  async exec({ pod, command, stdin, tty = false, killAfter }: SceneCall & { do: "exec" }): Promise<Executed> {
    const child = started.kubelet.exec(namespace, pod, undefined, command, { stdin: stdin !== undefined, tty });
    if (stdin !== undefined) child.stdin.end(stdin);
    if (killAfter !== undefined) child.stdout.on("data", (chunk) => String(chunk).includes(killAfter) && child.kill());
    const [stdout, stderr, exited] = await Promise.all([text(child.stdout), text(child.stderr), child.exited]);
    return { stdout, stderr, exited };
  },
  logs: ({ pod, options }: SceneCall & { do: "logs" }) =>
    text(started.kubelet.logs(namespace, pod, undefined, options)),
  async dial({ pod, port, send }: SceneCall & { do: "dial" }) {
    const connection = await started.kubelet.dial(namespace, pod, port);
    connection.end(send);
    return text(connection as Readable);
  },
  commands: () => commands(),
  async stop() {
    await started.stop();
    return { commands: commands(), mounts: mounts().filter((line) => !mountsBefore.includes(line)) };
  },
};

/** Command lines of all processes of the scene but this one, which is the first of its PID namespace. */
function commands(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && name !== "1")
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim()];
      } catch {
        // It has just ended.
        return [];
      }
    });
}

/** Network namespaces are mounts too; they belong to the network. */
function mounts(): string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.includes("/run/netns"));
}

/** The test may be gone by now. */
function tell(message: Record<string, unknown>): void {
  process.send?.(message, undefined, undefined, () => {});
}

process.on("message", ({ id, call }: { id: number; call: SceneCall }) => {
  const handle = handlers[call.do] as (call: SceneCall) => unknown;
  const done = (async () => handle(call))();
  done.then(
    (result) => tell({ id, result }),
    (error: Error) => tell({ id, failure: error.message }),
  );
});
process.on("disconnect", () => process.exit());
