import { randomBytes } from "node:crypto";
import type { KubeObject } from "../../model.ts";
import { ConfigError } from "../environment/environment.ts";
import type { NodeContext } from "../node-context.ts";
import type { PodEvent } from "../pod-events.ts";
import { askProbe, type ProbeMeans } from "../probes/ask-probe.ts";
import { runContainerProbes } from "../probes/container-probes.ts";
import {
  type ContainerPlace,
  type PreparedContainer,
  prepareContainer,
  type RunningContainer,
  startContainer,
} from "../runtime/container.ts";
import { type ContainerLog, createContainerLog } from "../runtime/container-log.ts";
import type { Image } from "../runtime/images.ts";
import { preStopHook } from "../runtime/pre-stop.ts";
import { stopContainer } from "../runtime/stop-container.ts";
import {
  afterExit,
  afterStart,
  afterStartError,
  type ContainerRecord,
  inCrashBackOff,
  inError,
} from "./container-record.ts";
import { pullForContainer } from "./image-pull.ts";
import { type Container, podLabel, podSpec, type Probe } from "./pod-spec.ts";

/** The containers of one pod: their records, their processes and their logs. */
export interface PodContainers {
  records: Map<string, ContainerRecord>;
  running(name: string): RunningContainer | undefined;
  /** The log of the last run of a container, or of the run before that. */
  log(name: string, previous: boolean): ContainerLog | undefined;
  /** Starts a container or records why it cannot be. Never rejects for what a manifest can cause. */
  start(container: Container): Promise<void>;
  backOff(container: Container): void;
  /** What a container's configuration lacked may be there now. */
  retryConfiguration(): void;
  stopAll(graceMs: number): Promise<void>;
  killAll(): void;
}

export interface PodPlace {
  folder: string;
  place(): { netns: string; addresses: string[] } | undefined;
  /** Called when a record has changed by itself. */
  changed(): void;
}

const configurationRetryMs = 10_000;

/** Makes the containers of a pod; none of them runs yet. */
export function createPodContainers(context: NodeContext, pod: () => KubeObject, at: PodPlace): PodContainers {
  const records = new Map<string, ContainerRecord>();
  const live = new Map<string, { container: Container; process: RunningContainer; stopProbes(): void }>();
  const logs = new Map<string, { current: ContainerLog; previous: ContainerLog | undefined }>();

  const tell = (container: Container, type: PodEvent["type"], reason: string, message: string): void =>
    context.recordEvent(pod(), { type, reason, message, container: container.name });
  const change = (name: string, next: (record: ContainerRecord) => ContainerRecord): void => {
    const record = records.get(name);
    if (record) records.set(name, next(record));
  };
  const place = (): ContainerPlace | undefined => {
    const network = at.place();
    return network && { netns: network.netns, podAddresses: network.addresses, folder: at.folder };
  };

  return {
    records,
    running: (name) => live.get(name)?.process,
    log: (name, previous) => (previous ? logs.get(name)?.previous : logs.get(name)?.current),
    start,
    backOff(container) {
      change(container.name, (record) => inCrashBackOff(record, podLabel(pod())));
      const message = `Back-off restarting failed container ${container.name} in pod ${podLabel(pod())}`;
      tell(container, "Warning", "BackOff", message);
    },
    retryConfiguration() {
      for (const [name, record] of records) {
        const waits = "waiting" in record.state && record.state.waiting.reason === "CreateContainerConfigError";
        if (waits) records.set(name, { ...record, retryAtMs: 0 });
      }
    },
    async stopAll(graceMs) {
      await Promise.all([...live.keys()].map((name) => stop(name, graceMs, `Stopping container ${name}`)));
    },
    killAll() {
      for (const { process } of live.values()) process.kill("SIGKILL");
    },
  };

  async function start(container: Container): Promise<void> {
    const where = place();
    const record = records.get(container.name);
    if (!where || !record) return;
    const pull = pullForContainer(record, container.image, Date.now());
    if ("record" in pull) {
      records.set(container.name, pull.record);
      for (const { type, reason, message } of pull.events) tell(container, type, reason, message);
      at.changed();
      return;
    }
    const present = `Container image "${container.image}" already present on machine and can be accessed by the pod`;
    tell(container, "Normal", "Pulled", present);
    let prepared: PreparedContainer;
    try {
      prepared = prepareContainer(context, pod(), container, pull.image, where);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const retryAtMs = Date.now() + configurationRetryMs;
      change(container.name, (before) => inError(before, "CreateContainerConfigError", error.message, retryAtMs));
      tell(container, "Warning", "Failed", `Error: ${error.message}`);
      at.changed();
      return;
    }
    await startPrepared(container, pull.image, prepared, where);
  }

  async function startPrepared(
    container: Container,
    image: Image,
    prepared: PreparedContainer,
    where: ContainerPlace,
  ): Promise<void> {
    const identity = {
      containerID: `lab://${randomBytes(32).toString("hex")}`,
      image: image.reference,
      imageID: image.id,
    };
    const log = createContainerLog();
    const keepLog = () => logs.set(container.name, { current: log, previous: logs.get(container.name)?.current });
    tell(container, "Normal", "Created", "Container created");
    let process: RunningContainer;
    try {
      process = await startContainer(context, pod(), prepared, where, {
        stdout: (chunk) => log.append("stdout", chunk),
        stderr: (chunk) => log.append("stderr", chunk),
      });
    } catch (error) {
      const message = `failed to create container task: unable to start container process: ${(error as Error).message}`;
      log.close();
      keepLog();
      change(container.name, (record) => afterStartError(record, identity, message, Date.now()));
      tell(container, "Warning", "Failed", `Error: ${message}`);
      at.changed();
      return;
    }
    const probes = { startup: container.startupProbe !== undefined, readiness: container.readinessProbe !== undefined };
    keepLog();
    change(container.name, (record) => afterStart(record, identity, probes, Date.now()));
    tell(container, "Normal", "Started", "Container started");
    live.set(container.name, { container, process, stopProbes: watch(container, process, where) });
    void process.exited.then((code) => {
      live.get(container.name)?.stopProbes();
      live.delete(container.name);
      log.close();
      change(container.name, (record) => afterExit(record, code, Date.now()));
      at.changed();
    });
  }

  function watch(container: Container, process: RunningContainer, where: ContainerPlace): () => void {
    const means = probeMeans(container, process, where);
    const update = (fields: Partial<ContainerRecord>): void => {
      change(container.name, (record) => ({ ...record, ...fields }));
      at.changed();
    };
    return runContainerProbes(container, (probe) => askProbe(probe, means), {
      onStarted: () => update({ started: true }),
      onReady: (ready) => update({ ready }),
      onFailure: (kind, text) => tell(container, "Warning", "Unhealthy", `${kind} probe failed: ${text}`),
      onDead: (kind, probe) => {
        const why = `Container ${container.name} failed ${kind.toLowerCase()} probe, will be restarted`;
        void stop(container.name, probeGraceMs(probe, pod()), why);
      },
    });
  }

  async function stop(name: string, graceMs: number, why: string): Promise<void> {
    const stopping = live.get(name);
    const where = place();
    if (!stopping || !where) return;
    const { container, process, stopProbes } = stopping;
    stopProbes();
    tell(container, "Normal", "Killing", why);
    const hook = preStopHook(container, probeMeans(container, process, where));
    await stopContainer(process, graceMs, hook);
  }

  function probeMeans(container: Container, process: RunningContainer, where: ContainerPlace): ProbeMeans {
    const exec = (command: string[]): ReturnType<RunningContainer["exec"]> =>
      process.exec(command, { stdin: false, tty: false });
    return { container, podAddress: where.podAddresses[0] ?? "", prober: context.prober, exec };
  }
}

function probeGraceMs(probe: Probe, pod: KubeObject): number {
  return (probe.terminationGracePeriodSeconds ?? podSpec(pod).terminationGracePeriodSeconds ?? 30) * 1000;
}
