import { timestamp } from "../timestamp.ts";

/** How a container ended, as `state.terminated` shows it. */
export interface Terminated {
  exitCode: number;
  reason: string;
  message?: string;
  startedAt: string;
  finishedAt: string;
  containerID: string;
}

export type ContainerState =
  | { waiting: { reason: string; message?: string } }
  | { running: { startedAt: string } }
  | { terminated: Terminated };

/** What the node knows of one container of a pod. Records are values: every function here returns a new one. */
export interface ContainerRecord {
  name: string;
  state: ContainerState;
  lastTerminated?: Terminated;
  restartCount: number;
  /** The startup probe, if any, has passed. */
  started: boolean;
  ready: boolean;
  containerID: string;
  image: string;
  imageID: string;
  startedAtMs: number;
  /** Not to be started before this moment; 0 when it may start at once. */
  retryAtMs: number;
  /** Ends in a row that ask for a longer wait each time. */
  failures: number;
}

const firstBackOffMs = 10_000;
const longestBackOffMs = 300_000;
/** A container that ran this long has earned a new first restart. */
const forgivenAfterMs = 2 * longestBackOffMs;

export function newRecord(name: string, image: string, waitingFor: string): ContainerRecord {
  return {
    name,
    state: { waiting: { reason: waitingFor } },
    restartCount: 0,
    started: false,
    ready: false,
    containerID: "",
    image,
    imageID: "",
    startedAtMs: 0,
    retryAtMs: 0,
    failures: 0,
  };
}

/** `probes` tells which probes hold back `started` and `ready`. */
export function afterStart(
  record: ContainerRecord,
  container: { containerID: string; image: string; imageID: string },
  probes: { startup: boolean; readiness: boolean },
  nowMs: number,
): ContainerRecord {
  const ended = terminatedOf(record);
  const next: ContainerRecord = {
    ...record,
    ...container,
    state: { running: { startedAt: timestamp(nowMs) } },
    restartCount: hasRun(record) ? record.restartCount + 1 : record.restartCount,
    started: !probes.startup,
    ready: !probes.startup && !probes.readiness,
    startedAtMs: nowMs,
    retryAtMs: 0,
    failures: hasRun(record) ? record.failures : 0,
  };
  return ended ? { ...next, lastTerminated: ended } : next;
}

/** The first restart may follow at once; then 10 s, doubling up to 5 min, as the kubelet does. */
export function afterExit(record: ContainerRecord, exitCode: number, nowMs: number): ContainerRecord {
  const failures = nowMs - record.startedAtMs >= forgivenAfterMs ? 0 : record.failures;
  return {
    ...record,
    state: {
      terminated: {
        exitCode,
        reason: exitCode === 0 ? "Completed" : "Error",
        startedAt: timestamp(record.startedAtMs),
        finishedAt: timestamp(nowMs),
        containerID: record.containerID,
      },
    },
    started: false,
    ready: false,
    retryAtMs: failures === 0 ? 0 : nowMs + backOffMs(failures - 1),
    failures: failures + 1,
  };
}

/** The process could not be made: no such command, or a mount that failed. Ends the container with code 128. */
export function afterStartError(
  record: ContainerRecord,
  container: { containerID: string; image: string; imageID: string },
  message: string,
  nowMs: number,
): ContainerRecord {
  const began = { ...record, startedAtMs: nowMs, retryAtMs: 0, ...container };
  const last = terminatedOf(record);
  const ended = afterExit(began, 128, nowMs);
  const never = timestamp(0);
  return {
    ...ended,
    restartCount: hasRun(record) ? record.restartCount + 1 : record.restartCount,
    ...(last && { lastTerminated: last }),
    state: {
      terminated: {
        exitCode: 128,
        reason: "StartError",
        message,
        startedAt: never,
        finishedAt: timestamp(nowMs),
        containerID: began.containerID,
      },
    },
  };
}

/** Waits out a crash back-off. */
export function inCrashBackOff(record: ContainerRecord, pod: string): ContainerRecord {
  const ended = terminatedOf(record);
  const seconds = Math.round(backOffMs(Math.max(0, record.failures - 2)) / 1000);
  const message = `back-off ${formatSeconds(seconds)} restarting failed container=${record.name} pod=${pod}`;
  const waiting: ContainerRecord = { ...record, state: { waiting: { reason: "CrashLoopBackOff", message } } };
  return ended ? { ...waiting, lastTerminated: ended } : waiting;
}

/** Something outside of the container keeps it from starting: its image or its configuration. */
export function inError(
  record: ContainerRecord,
  reason: "ErrImagePull" | "ImagePullBackOff" | "CreateContainerConfigError",
  message: string,
  retryAtMs: number,
): ContainerRecord {
  const failures = reason === "ErrImagePull" ? record.failures + 1 : record.failures;
  const ended = terminatedOf(record);
  const waiting: ContainerRecord = { ...record, state: { waiting: { reason, message } }, retryAtMs, failures };
  return ended ? { ...waiting, lastTerminated: ended } : waiting;
}

/** Gives the wait before attempt number `attempt`, counted from 0, after a first failure. */
export function backOffMs(attempt: number): number {
  return Math.min(firstBackOffMs * 2 ** attempt, longestBackOffMs);
}

export function isRunning(record: ContainerRecord): boolean {
  return "running" in record.state;
}

export function terminatedOf(record: ContainerRecord): Terminated | undefined {
  return "terminated" in record.state ? record.state.terminated : record.lastTerminated;
}

function hasRun(record: ContainerRecord): boolean {
  return record.containerID !== "";
}

function formatSeconds(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}
