import { setTimeout as sleep } from "node:timers/promises";
import type { Place, Pod } from "../place.ts";
import type { Attempt, Trial } from "./converge.ts";
import type { Incident } from "./incident.ts";
import { type Pace, usualPace } from "./pace.ts";

/** What is known of the pods of a run besides what their agents see. */
export interface Witness {
  /** What happened to a pod, by this process's clock; looks again unless it did so after `sinceMs`. Never rejects. */
  incidentsOf(pod: Pod, sinceMs: number): Promise<Incident[]>;
  /** What happened to any pod of a namespace, as far as it is known already. */
  incidentsIn(cluster: string, namespace: string): Incident[];
  /** Milliseconds by which the clock of a path's asker is ahead of this process's. */
  clockAheadMs(trial: Trial): number;
}

export interface ExcuseOptions extends Pick<Pace, "tellingMs"> {
  witness: Witness;
  signal: AbortSignal;
}

/** A stall must cover so much of the time that an attempt had: else its answer would have come before or after. */
const coveredShare = 0.8;
/** fixtures/manifests/agents.yaml: ten probes of readiness, a second apart, make a pod not ready; less a little for who counts. */
const unreadyAfterMs = 9_000;
/** One probe makes it ready again, and it takes a moment until all nodes know. */
const readyAfterMs = 3_000;
/** Clocks are compared over a stream and may be off by so much; a dropped datagram is noticed so late. */
const blurMs = 300;

/**
 * Marks the attempts of a trial that say nothing about the network, because one of its pods was at fault at that very time: it was
 * replaced, or it says itself that it was kept from answering. What happened before or after an attempt is no excuse for it.
 */
export async function excuse(trial: Trial, options: ExcuseOptions): Promise<void> {
  const suspects = trial.attempts.filter((attempt) => isSuspect(attempt, trial));
  const isConclusionBroken = trial.conclusion?.kept === false;
  if (suspects.length === 0 && !isConclusionBroken) return;
  const spans = trial.attempts.map((attempt) => spanOf(attempt, trial, options.witness));
  const whole = {
    fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...spans.map(({ toMs }) => toMs)),
  };
  const tellingMs = trial.path.expect.denial ? 0 : (options.tellingMs ?? usualPace.tellingMs);
  await sleep(Math.max(0, whole.toMs + tellingMs - Date.now()), undefined, { signal: options.signal }).catch(
    () => undefined,
  );
  if (options.signal.aborted) return;

  const pods = podsOf(trial);
  const sinceMs = Date.now();
  const found = await Promise.all(pods.map((pod) => options.witness.incidentsOf(pod, sinceMs)));
  const incidents = found.flat();
  for (const attempt of suspects) {
    const span = spanOf(attempt, trial, options.witness);
    const culprit =
      incidents.find((incident) => explains(incident, attempt, span)) ??
      recordsOf(attempt, trial.path.to, options.witness).find((incident) => overlapMs(incident, span) > 0);
    if (culprit) attempt.excuse = culprit.says;
  }
  const culprit = incidents.find((incident) => explainsAbsence(incident, whole));
  if (isConclusionBroken && culprit) trial.excuse = culprit.says;
}

/** Who stands still does not answer the kubelet either, and is no backend of a Service any more until some time after it goes on. */
function explainsAbsence(incident: Incident, whole: Span): boolean {
  if (incident.kind === "gone") return overlapMs(incident, whole) > 0;
  if (incident.kind === "overflowing" || incident.toMs - incident.fromMs < unreadyAfterMs) return false;
  return overlapMs({ fromMs: incident.fromMs, toMs: incident.toMs + readyAfterMs }, whole) > 0;
}

/** Failures, and the silence that a denial lives by. */
function isSuspect({ judgement, observation }: Attempt, { path }: Trial): boolean {
  return !judgement.kept || (path.expect.denial && observation.outcome === "timeout");
}

interface Span {
  fromMs: number;
  toMs: number;
}

function spanOf({ observation }: Attempt, trial: Trial, witness: Witness): Span {
  const fromMs = observation.startedAt - witness.clockAheadMs(trial);
  return { fromMs, toMs: fromMs + observation.durationMs };
}

/** Those whose fault a failure can be: who asks, who is asked, and who should answer. Of a denial, who answers its control. */
function podsOf({ path }: Trial): Pod[] {
  const { from, to, expect, control, during } = path;
  // What happens to the pods behind a Service while it is changed is what the path is about.
  const answerers = during ? [] : (expect.answerers ?? control?.expect.answerers ?? []);
  const ends = [from, to].filter((place): place is Pod => place.kind === "pod");
  return [...new Set([...ends, ...answerers])];
}

function explains(incident: Incident, { observation, probe }: Attempt, span: Span): boolean {
  if (incident.kind === "gone") return overlapMs(incident, span) > 0;
  if (observation.outcome !== "timeout") return false;
  // Its datagram was dropped when it arrived, which is when it was sent.
  if (incident.kind === "overflowing")
    return probe.kind === "udp" && incident.fromMs - blurMs <= span.fromMs && span.fromMs <= incident.toMs + blurMs;
  // The kernel takes connections also while its processes do not run: without one, it was not the pod.
  if (probe.kind !== "udp" && observation.connectMs === undefined) return false;
  return overlapMs(incident, span) >= coveredShare * (span.toMs - span.fromMs);
}

/** Records change with the pods behind a name; no other failure of a name server is the fault of a pod of ours. */
function recordsOf({ observation, probe }: Attempt, to: Place, witness: Witness): Incident[] {
  const isAboutRecords = probe.kind === "dns" && ["answered", "no-such-name", "no-data"].includes(observation.outcome);
  if (!isAboutRecords || !("namespace" in to) || typeof to.namespace !== "string") return [];
  return witness.incidentsIn(to.cluster, to.namespace);
}

function overlapMs(one: Span, other: Span): number {
  return Math.min(one.toMs, other.toMs) - Math.max(one.fromMs, other.fromMs);
}
