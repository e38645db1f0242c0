import { join } from "node:path";
import { Diagnostic } from "../base/diagnostic.ts";
import { writeAtomically } from "../base/write-atomically.ts";
import { clusterReady } from "./cluster-ready.ts";
import { labKubeconfig } from "./kubeconfig.ts";
import { handleFromStat } from "./lab-handle.ts";
import { labFiles, stayWord } from "./lab-message.ts";
import type { LabMessage } from "./lab-message.ts";
import { createMesh } from "./mesh/mesh.ts";
import { createAnnouncer } from "./net/announcer.ts";
import { podAttacher } from "./net/attach-pod.ts";
import { buildLabNetwork } from "./net/lab-network.ts";
import { readTopology } from "./topology.ts";

// The lab's one process, started by boot.sh inside the lab's namespaces: all clusters, until it is killed.

const [, , topologyFile = "", stateDir = ""] = process.argv;
const readyWithinMs = 30_000;

function say(message: LabMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

async function run(): Promise<void> {
  log("starting");
  const topology = readTopology(topologyFile);
  const apiPorts = new Map(topology.clusters.map(({ name }, index) => [name, 6443 + index]));
  say({ step: `Building the network of ${topology.clusters.map(({ name }) => name).join(", ")}` });
  const network = buildLabNetwork(topology, apiPorts);
  const attachPod = podAttacher();
  const announcer = createAnnouncer(topology);
  // The greater part of the program is read while other processes build the network.
  const { startCluster } = await import("./start-cluster.ts");
  const mesh = createMesh();
  const meshed = topology.clusters.filter((cluster) => cluster.mesh !== undefined).map(({ name }) => name);
  const clusters = await Promise.all(
    topology.clusters.map((cluster) =>
      startCluster(cluster, {
        listen: { address: topology.gateway, port: apiPorts.get(cluster.name) ?? 0 },
        network,
        attachPod,
        announcer,
        mesh,
        meshed: meshed.filter((name) => name !== cluster.name),
        log: (line) => log(`${cluster.name}: ${line}`),
      }),
    ),
  );
  const handle = handleFromStat(process.env["LAB_PROCESS"] ?? "");
  const kubeconfigFile = join(stateDir, labFiles.kubeconfig);
  const configs = clusters.map(({ kubeconfig }) => kubeconfig);
  // It holds the administrators' keys. Nothing else runs between these lines, so pods' files keep the modes that they ask for.
  const umask = process.umask(0o077);
  writeAtomically(kubeconfigFile, labKubeconfig(configs, handle));
  process.umask(umask);
  say({ step: "Waiting for nodes and DNS" });
  await Promise.all(clusters.map(({ store, cluster }) => clusterReady(store, cluster, readyWithinMs)));
  log("ready");
  say({ ready: { kubeconfigFile, contexts: clusters.map(({ context }) => context), handle } });
}

/** The lab ends with its starter, of which it sees no more than the end of its own input, unless it was told to stay. */
function endWithStarter(): void {
  let said = "";
  process.stdin.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  process.stdin.on("close", () => {
    if (said.trim() !== stayWord) process.exit();
  });
}

function fail(error: unknown): void {
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const { kind, message, cure } =
    error instanceof Diagnostic
      ? error
      : new Diagnostic("broken", `The lab did not come up: ${(error as Error).message}.`, "Start it again.");
  process.stdout.write(`${JSON.stringify({ failed: { kind, message, cure } } satisfies LabMessage)}\n`, () =>
    process.exit(1),
  );
}

// An error of one connection or one pod is no reason to end the others.
process.on("uncaughtException", (error) => log(`uncaught: ${error.stack}`));
process.on("unhandledRejection", (error) => log(`unhandled: ${error instanceof Error ? error.stack : String(error)}`));
// The starter stops reading once the lab is ready.
process.stdout.on("error", () => {});
endWithStarter();
run().catch(fail);
