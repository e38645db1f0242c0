import { setTimeout as sleep } from "node:timers/promises";
import { Diagnostic } from "../../base/diagnostic.ts";
import { addedContainers } from "./added-containers.ts";
import { ApiFailure } from "../api-failure.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import { type Expected, expectedPods } from "./expected.ts";
import { explainMissing } from "./explain-missing.ts";
import { type Finding, missingOf } from "./missing-pods.ts";
import type { Trouble } from "../trouble.ts";
import {
  isRolledOut,
  isUp,
  type NamespaceState,
  nodeOf,
  podsOf,
  type ReadyPod,
  readNamespaceState,
  usablePods,
} from "./workload-pods.ts";

export type { ReadyPod } from "./workload-pods.ts";

export interface ReadyOptions {
  timeoutMs: number;
  signal?: AbortSignal;
  /** Reads a clock that never goes back, in milliseconds. Default `performance.now`. */
  now?: () => number;
}

export interface Readiness {
  /**
   * Pods in which commands can be run, in the order of what was expected, then by node and name. Those that run and did not become
   * ready are among them with `usableOnly`.
   */
  ready: ReadyPod[];
  /**
   * One for each pod, or workload, that did not come up, and for each workload whose pods have containers that nobody asked for.
   * Empty exactly when everything is up as it was meant to be.
   */
  troubles: Trouble[];
}

const pollEveryMs = 400;
/** So many polls in a row may fail before the wait is given up. */
const mostFailedPolls = 5;

/**
 * Waits until all pods that prepared manifest objects bring up in a namespace are there, or it is known that the missing ones will not
 * come up, or the time is over. Objects of other namespaces and those without pods are passed over.
 *
 * A pod that cannot come up is explained as soon as its state has lasted without a gap for as long as its kind needs to be believed, and
 * does not keep the others from being returned. Throws Diagnostic `broken` when the API server stops answering, and `interrupted`.
 */
export async function waitReady(
  cluster: Cluster,
  namespace: string,
  objects: readonly KubeObject[],
  options: ReadyOptions,
): Promise<Readiness> {
  const { timeoutMs, signal, now = () => performance.now() } = options;
  const deadline = now() + timeoutMs;
  const since = new Map<string, number>();
  const here = expectedPods(objects.filter(({ metadata }) => metadata.namespace === namespace));
  let failedPolls = 0;
  for (;;) {
    if (signal?.aborted) throw interrupted(cluster);
    const over = now() >= deadline;
    try {
      const state = await readNamespaceState(cluster, namespace, here);
      const findings = await lookForMissing(cluster, namespace, state, here, timeoutMs);
      failedPolls = 0;
      if (over || isSettled(findings, since, now())) return await readiness(cluster, state, here, findings);
    } catch (error) {
      failedPolls += 1;
      if (!(error instanceof ApiFailure) || error.failure === "forbidden" || failedPolls >= mostFailedPolls || over)
        throw error;
    }
    await sleep(pollEveryMs);
  }
}

async function lookForMissing(
  cluster: Cluster,
  namespace: string,
  state: NamespaceState,
  expected: readonly Expected[],
  timeoutMs: number,
): Promise<Finding[]> {
  const incomplete = expected.filter((each) => !isComplete(state, each));
  if (incomplete.length === 0) return [];
  const events = await cluster.list({ apiVersion: "v1", kind: "Event" }, { namespace });
  return incomplete.flatMap((each) => missingOf(state, each, events, timeoutMs));
}

function isComplete(state: NamespaceState, expected: Expected): boolean {
  if (!isRolledOut(state, expected)) return false;
  const up = podsOf(state, expected).filter((pod) => isUp(pod, expected.state));
  if (expected.nodes === undefined) return up.length >= expected.count && podsOf(state, expected).length === up.length;
  const nodes = new Set(up.map((pod) => nodeOf(pod)));
  return expected.nodes.every((node) => nodes.has(node));
}

/** Tells whether each finding has been made, look after look, for as long as it takes to believe it; `since` remembers. */
function isSettled(findings: readonly Finding[], since: Map<string, number>, nowMs: number): boolean {
  const certain = findings.filter((finding) => finding.certain);
  const keys = new Set(certain.map(({ key }) => key));
  for (const key of since.keys()) if (!keys.has(key)) since.delete(key);
  for (const key of keys) since.set(key, since.get(key) ?? nowMs);
  return findings.every(
    ({ key, missing, certain: known }) => known && nowMs - (since.get(key) ?? nowMs) >= missing.symptom.holdMs,
  );
}

async function readiness(
  cluster: Cluster,
  state: NamespaceState,
  expected: readonly Expected[],
  findings: readonly Finding[],
): Promise<Readiness> {
  const missing = await Promise.all(findings.map((finding) => explainMissing(cluster, finding.missing)));
  const added = expected.flatMap((each) => addedContainers(cluster, state, each));
  return { ready: expected.flatMap((each) => usablePods(state, each)), troubles: [...missing, ...added] };
}

function interrupted(cluster: Cluster): Diagnostic {
  return new Diagnostic("interrupted", `${cluster.context}: interrupted while waiting for pods.`, "Run again.");
}
