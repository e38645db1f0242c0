import { fieldOf, textOf } from "../../base/open-record.ts";
import type { KubeObject } from "../cluster.ts";
import type { Expected } from "./expected.ts";
import { lastState, podSymptom, type PodSymptom } from "./pod-symptom.ts";
import { creatorsOf, isUp, type NamespaceState, nodeOf, podsOf } from "./workload-pods.ts";

/** A pod, or pods of a workload, that should be up and are not. */
export interface Missing {
  object: string;
  /** Of the pod, for kubectl. */
  pod?: { namespace: string; name: string };
  symptom: PodSymptom;
}

/** What is known of something that is missing at one moment. */
export interface Finding {
  key: string;
  missing: Missing;
  /** False: the pod may only need more time. */
  certain: boolean;
}

/** Finds the pods of a workload that are not up or not there, with what their state and `events` of the namespace say. Never empty. */
export function missingOf(
  state: NamespaceState,
  expected: Expected,
  events: KubeObject[],
  timeoutMs: number,
): Finding[] {
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

/** A policy's refusal stays; others, such as that of a service account or a quota which is not known everywhere yet, may pass. */
function holdOf(refusal: string | undefined): number {
  if (refusal?.includes("status unknown for quota")) return 10_000;
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
