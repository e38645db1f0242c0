import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../../cluster/cluster.ts";
import { isUp, restartsOf } from "../../cluster/pods/workload-pods.ts";
import { type LiveFacts, podKey, type PodFacts } from "../world.ts";
import type { Pod } from "../place.ts";
import type { Incident } from "./incident.ts";

/** Follows whether the pods of a run are still those that were deployed. */
export interface PodWatch {
  /** What happened to a pod so far. Looks at the API server again, unless it did so after `sinceMs`. Never rejects: what cannot be looked at is nothing. */
  incidentsOf(pod: Pod, sinceMs: number): Promise<Incident[]>;
  /** What happened to pods of a namespace without the run's own doing. */
  disturbedIn(cluster: string, namespace: string): Incident[];
  stop(): void;
}

interface Look {
  startedMs: number;
  done: Promise<void>;
}

interface Known {
  /** When a look began that found it well. */
  wellAtMs: number;
  incident: Incident | undefined;
}

const everyMs = 3_000;
/** A look that takes longer is not waited for. */
const patienceMs = 10_000;

/**
 * Looks at the pods of all clusters every 3 s until stopped, so that it is known since when something is not as it was: from the last look
 * at which it still was. By this process's clock, not that of the API server. Keeps no process alive.
 *
 * Only what was evicted, deleted, restarted or ended counts; a pod that is merely not ready may be so for the network's sake.
 */
export function watchPods(clusters: Cluster[], live: LiveFacts): PodWatch {
  const known = new Map<string, Known>();
  const looks = new Map<Cluster, Look>();
  const startedMs = Date.now();
  const namespaces = Object.values(live.namespaces);
  const timer = setInterval(() => {
    for (const cluster of clusters) void lookSince(cluster, Date.now());
  }, everyMs).unref();

  return {
    async incidentsOf(pod, sinceMs) {
      const cluster = clusters.find(({ context }) => context === pod.cluster);
      const facts = live.pods.get(podKey(pod));
      if (!cluster || !facts) return [];
      await Promise.race([lookSince(cluster, sinceMs), pause(patienceMs)]);
      return [known.get(idOf(cluster, facts))?.incident].filter((incident) => incident !== undefined);
    },
    disturbedIn: (context, namespace) =>
      podsOf(context, namespace)
        .filter(({ uid }) => !live.takenAway.has(uid))
        .flatMap((facts) => known.get(idOf({ context }, facts))?.incident ?? []),
    stop: () => clearInterval(timer),
  };

  /** Joins the look that began at or after a time, or begins one when none is on its way. */
  async function lookSince(cluster: Cluster, sinceMs: number): Promise<void> {
    const last = looks.get(cluster);
    if (last) {
      await last.done;
      if (last.startedMs >= sinceMs) return;
    }
    if (looks.get(cluster) !== last) return lookSince(cluster, sinceMs);
    const look = { startedMs: Date.now(), done: lookAt(cluster).catch(() => undefined) };
    looks.set(cluster, look);
    await look.done;
  }

  async function lookAt(cluster: Cluster): Promise<void> {
    const atMs = Date.now();
    const lists = await Promise.all(
      namespaces.map((namespace) => cluster.list({ apiVersion: "v1", kind: "Pod" }, { namespace })),
    );
    const byUid = new Map(lists.flat().map((pod) => [pod.metadata.uid, pod]));
    for (const facts of podsOf(cluster.context)) note(cluster, facts, byUid.get(facts.uid), atMs);
  }

  function note(cluster: Cluster, facts: PodFacts, pod: KubeObject | undefined, atMs: number): void {
    const id = idOf(cluster, facts);
    const before = known.get(id) ?? { wellAtMs: startedMs, incident: undefined };
    const what = disturbance(facts, pod);
    if (what === undefined) return void known.set(id, { ...before, wellAtMs: atMs });
    const isBack = pod !== undefined && isRunning(pod) && isUp(pod, "ready");
    const { fromMs = before.wellAtMs, toMs } = before.incident ?? {};
    const incident: Incident = {
      fromMs,
      toMs: isBack ? Math.min(toMs ?? Infinity, Date.now()) : Infinity,
      kind: "gone",
      says: `the pod ${facts.name} on ${facts.node} of ${cluster.context} ${what}`,
    };
    known.set(id, { ...before, incident });
  }

  function podsOf(context: string, namespace?: string): PodFacts[] {
    return [...live.pods].flatMap(([key, facts]) => {
      const [ofCluster, ofNamespace] = JSON.parse(key) as [string, string];
      return ofCluster === context && (namespace ?? ofNamespace) === ofNamespace ? [facts] : [];
    });
  }
}

function idOf({ context }: Pick<Cluster, "context">, { uid }: PodFacts): string {
  return `${context}/${uid}`;
}

function isRunning(pod: KubeObject): boolean {
  return pod.metadata.deletionTimestamp === undefined && textOf(pod["status"], "phase") === "Running";
}

function disturbance(facts: PodFacts, pod: KubeObject | undefined): string | undefined {
  if (pod === undefined) return "is gone";
  const phase = textOf(pod["status"], "phase");
  const reason = textOf(pod["status"], "reason");
  if (phase === "Failed") return reason === "Evicted" ? "was evicted" : "has failed";
  if (pod.metadata.deletionTimestamp !== undefined) return "is being deleted";
  const ended = listOf(pod["status"], "containerStatuses").flatMap(
    (container) => fieldOf(container, "state", "terminated") ?? fieldOf(container, "lastState", "terminated") ?? [],
  );
  const why = ended.map((end) => textOf(end, "reason")).find((text) => text !== undefined);
  if (restartsOf(pod) > facts.restartCount) return `was restarted${why === undefined ? "" : ` (${why})`}`;
  return isUp(pod, "running") || facts.restartCount > restartsOf(pod) ? undefined : "does not run any more";
}

async function pause(durationMs: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, durationMs).unref());
}
