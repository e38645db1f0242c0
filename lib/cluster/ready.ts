import { setTimeout as sleep } from "node:timers/promises";
import { Diagnostic } from "../base/diagnostic.ts";
import { fieldOf, textOf } from "../base/open-record.ts";
import { printable } from "../base/printable.ts";
import { shellQuote } from "../base/shell-quote.ts";
import { ApiFailure } from "./api-failure.ts";
import type { Cluster, KubeObject } from "./cluster.ts";
import { type Expected, expectedPods } from "./expected.ts";
import { lastState, podSymptom, type PodSymptom } from "./pod-symptom.ts";
import type { Trouble } from "./trouble.ts";
import {
  creatorsOf,
  isRolledOut,
  isUp,
  type NamespaceState,
  nodeOf,
  podsOf,
  type ReadyPod,
  readNamespaceState,
  readyPod,
} from "./workload-pods.ts";

export type { ReadyPod } from "./workload-pods.ts";

export interface ReadyOptions {
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface Readiness {
  /** In the order of what was expected, then by node and name. */
  ready: ReadyPod[];
  /** One for each pod, or workload, that did not come up. Empty exactly when everything is up. */
  troubles: Trouble[];
}

const pollEveryMs = 400;
/** So many polls in a row may fail before the wait is given up. */
const mostFailedPolls = 5;

/**
 * Waits until all pods that prepared manifest objects bring up in a namespace are there, or it is known that the missing ones will not
 * come up, or the time is over. Objects of other namespaces and those without pods are passed over.
 *
 * A pod that cannot come up is explained as soon as its state has lasted a few seconds and does not keep the others from being
 * returned. Throws Diagnostic `broken` when the API server stops answering, and `interrupted`.
 */
export async function waitReady(
  cluster: Cluster,
  namespace: string,
  objects: readonly KubeObject[],
  options: ReadyOptions,
): Promise<Readiness> {
  const deadline = performance.now() + options.timeoutMs;
  const since = new Map<string, number>();
  const here = expectedPods(objects.filter(({ metadata }) => metadata.namespace === namespace));
  let failedPolls = 0;
  for (;;) {
    if (options.signal?.aborted) throw interrupted(cluster);
    const over = performance.now() >= deadline;
    try {
      const found = await observe(cluster, namespace, here, since, over, options.timeoutMs);
      failedPolls = 0;
      if (found !== undefined)
        return { ready: found.ready, troubles: await Promise.all(found.missing.map((each) => explain(cluster, each))) };
    } catch (error) {
      failedPolls += 1;
      if (!(error instanceof ApiFailure) || error.failure === "forbidden" || failedPolls >= mostFailedPolls || over)
        throw error;
    }
    await sleep(pollEveryMs);
  }
}

interface Missing {
  object: string;
  /** Of the pod, for kubectl. */
  pod?: { namespace: string; name: string };
  symptom: PodSymptom;
}

/** Looks once; undefined while it is worth to wait on. */
async function observe(
  cluster: Cluster,
  namespace: string,
  expected: readonly Expected[],
  since: Map<string, number>,
  over: boolean,
  timeoutMs: number,
): Promise<{ ready: ReadyPod[]; missing: Missing[] } | undefined> {
  const state = await readNamespaceState(cluster, namespace, expected);
  if (expected.every((each) => isComplete(state, each))) return { ready: upPods(state, expected), missing: [] };

  const events = await cluster.list({ apiVersion: "v1", kind: "Event" }, { namespace });
  const findings = expected
    .filter((each) => !isComplete(state, each))
    .flatMap((each) => missingOf(state, each, events, timeoutMs));
  const settled = findings.filter(({ key, missing, certain }) => certain && lasts(since, key, missing.symptom.holdMs));
  const nobodyToWaitFor = settled.length === findings.length && findings.length > 0;
  if (!over && !nobodyToWaitFor) return undefined;
  return { ready: upPods(state, expected), missing: findings.map(({ missing }) => missing) };
}

function isComplete(state: NamespaceState, expected: Expected): boolean {
  if (!isRolledOut(state, expected)) return false;
  const up = podsOf(state, expected).filter((pod) => isUp(pod, expected.state));
  if (expected.nodes === undefined) return up.length >= expected.count && podsOf(state, expected).length === up.length;
  const nodes = new Set(up.map((pod) => nodeOf(pod)));
  return expected.nodes.every((node) => nodes.has(node));
}

function upPods(state: NamespaceState, expected: readonly Expected[]): ReadyPod[] {
  return expected.flatMap((each) =>
    podsOf(state, each)
      .filter((pod) => isUp(pod, each.state))
      .map((pod) => readyPod(pod, each))
      .toSorted((one, other) => (`${one.node} ${one.name}` < `${other.node} ${other.name}` ? -1 : 1)),
  );
}

interface Finding {
  key: string;
  missing: Missing;
  /** False: the pod may only need more time. */
  certain: boolean;
}

function missingOf(state: NamespaceState, expected: Expected, events: KubeObject[], timeoutMs: number): Finding[] {
  const pods = podsOf(state, expected);
  const notUp = pods.filter((pod) => !isUp(pod, expected.state));
  const findings = notUp.map((pod) => podFinding(pod, eventsOf(events, [pod.metadata.uid ?? ""]), timeoutMs));
  const present = new Set(pods.map((pod) => nodeOf(pod)));
  const absent = expected.nodes?.filter((node) => !present.has(node)) ?? [];
  const lacking = expected.nodes === undefined ? expected.count - pods.length : absent.length;
  if (lacking > 0) findings.push(absenceFinding(state, expected, events, lacking, absent, timeoutMs));
  // All pods are up, but of an older version.
  if (findings.length === 0) findings.push(absenceFinding(state, expected, events, expected.count, [], timeoutMs));
  return findings;
}

function podFinding(pod: KubeObject, events: KubeObject[], timeoutMs: number): Finding {
  const { name, namespace = "", uid = "" } = pod.metadata;
  const symptom = podSymptom(pod, events);
  const node = nodeOf(pod);
  const where = node === undefined ? "" : ` on ${node}`;
  const waited = {
    reason: "slow",
    message: `not up within ${timeoutMs / 1000} s: ${lastState(pod, events)}`,
    holdMs: 0,
    hint: "See all of it with",
  };
  const shown = symptom ?? waited;
  return {
    key: `${uid} ${shown.reason}`,
    certain: symptom !== undefined,
    missing: {
      object: `Pod/${namespace}/${name}`,
      pod: { namespace, name },
      symptom: { ...shown, message: `pod${where}: ${shown.message}` },
    },
  };
}

/** A pod that is not there at all is explained by the events of what should have created it. */
function absenceFinding(
  state: NamespaceState,
  expected: Expected,
  events: KubeObject[],
  lacking: number,
  nodes: readonly string[],
  timeoutMs: number,
): Finding {
  const failed = eventsOf(events, creatorsOf(state, expected)).findLast(
    (event) => textOf(event, "reason") === "FailedCreate",
  );
  const where = nodes.length === 0 ? "" : ` on ${nodes.join(", ")}`;
  const text = textOf(failed, "message");
  const message =
    text === undefined
      ? `${lacking} pod${lacking === 1 ? "" : "s"} missing${where} after ${timeoutMs / 1000} s`
      : `its pods are refused: ${text}`;
  return {
    key: `${expected.kind} ${expected.name} ${text === undefined ? "absent" : "FailedCreate"}`,
    certain: text !== undefined,
    missing: {
      object: `${expected.kind}/${expected.namespace}/${expected.name}`,
      symptom: {
        reason: "FailedCreate",
        message,
        holdMs: holdOf(text),
        hint: text === undefined ? "See all of it with" : refusalHint(text),
      },
    },
  };
}

/** A policy's refusal stays; others, such as that of a service account which is not known everywhere yet, may pass. */
function holdOf(refusal: string | undefined): number {
  return refusal === undefined || /quota|PodSecurity|LimitRange|admission webhook|denied/.test(refusal) ? 0 : 10_000;
}

function refusalHint(text: string): string {
  if (text.includes("quota")) return "Raise the quota, or use fewer nodes with --max-nodes; look with";
  if (text.includes("PodSecurity"))
    return "The pods meet the level restricted of Kubernetes itself; look for a policy that changes them with";
  return "See all of it with";
}

function eventsOf(events: KubeObject[], uids: readonly string[]): KubeObject[] {
  return events.filter((event) => uids.includes(String(fieldOf(event, "involvedObject", "uid"))));
}

/** Tells whether the same thing has now been seen for so long. */
function lasts(since: Map<string, number>, key: string, holdMs: number): boolean {
  const first = since.get(key) ?? performance.now();
  since.set(key, first);
  return performance.now() - first >= holdMs;
}

async function explain(cluster: Cluster, { object, pod, symptom }: Missing): Promise<Trouble> {
  const kubectl = `kubectl --context ${shellQuote(cluster.context)}`;
  const [kind = "", namespace = "", name = ""] = object.split("/");
  const log = pod === undefined || symptom.logOf === undefined ? "" : await lastLines(cluster, pod, symptom.logOf);
  const look =
    pod !== undefined && symptom.logOf !== undefined
      ? `${kubectl} -n ${pod.namespace} logs ${pod.name} -c ${symptom.logOf} --previous`
      : `${kubectl} -n ${namespace} describe ${kind.toLowerCase()} ${name}`;
  const sentence = symptom.hint.endsWith(".") ? `${symptom.hint} Look with: ${look}` : `${symptom.hint}: ${look}`;
  return { cluster: cluster.context, object, message: printable(symptom.message + log), cure: sentence };
}

async function lastLines(
  cluster: Cluster,
  pod: { namespace: string; name: string },
  container: string,
): Promise<string> {
  try {
    const options = { tailLines: 5, container };
    const text =
      (await cluster.log(pod.namespace, pod.name, options)) ||
      (await cluster.log(pod.namespace, pod.name, { ...options, previous: true }));
    return text.trim() === "" ? "" : `; its log ends: ${text.trim().split("\n").slice(-5).join(" | ")}`;
  } catch {
    // The log only adds to what is known already.
    return "";
  }
}

function interrupted(cluster: Cluster): Diagnostic {
  return new Diagnostic("interrupted", `${cluster.context}: interrupted while waiting for pods.`, "Run again.");
}
