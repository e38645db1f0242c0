import { numberOf, textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import { removeNamespace } from "./namespace-removal.ts";
import { managedBy, runAnnotations, runLabels, type RunOwner } from "./run-labels.ts";
import type { Trouble } from "../trouble.ts";

export interface SweepOptions {
  /** Namespaces of runs that began later than so long ago are kept; 0 keeps none for its age. */
  olderThanMs: number;
  now: Date;
  /** This machine, as `owner.host` of its own runs. */
  host: string;
  isProcessAlive(owner: RunOwner): boolean;
  /** For removing one namespace. Default 60 000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface Swept {
  /** Names of namespaces. */
  removed: string[];
  kept: { namespace: string; runId: string; reason: string }[];
  failed: Trouble[];
}

/** A run of another machine without a sign of life for so long is dead. */
const silenceLimitMs = 60_000;

/**
 * Removes what runs left behind that are not alive any more: on this machine those whose process is gone, of other machines
 * those whose heartbeat has stopped.
 *
 * Throws Diagnostic `broken` when the namespaces cannot be listed.
 */
export async function sweep(cluster: Cluster, options: SweepOptions): Promise<Swept> {
  const namespaces = await cluster.list(
    { apiVersion: "v1", kind: "Namespace" },
    { labelSelector: `${runLabels.managedBy}=${managedBy},${runLabels.run}` },
  );
  const swept: Swept = { removed: [], kept: [], failed: [] };
  const dead: string[] = [];
  for (const namespace of namespaces) {
    const reason = reasonToKeep(namespace, options);
    const { name, labels } = namespace.metadata;
    if (reason === undefined) dead.push(name);
    else swept.kept.push({ namespace: name, runId: labels?.[runLabels.run] ?? "", reason });
  }
  const { timeoutMs = 60_000, signal } = options;
  const limits = { timeoutMs, ...(signal === undefined ? {} : { signal }) };
  const troubles = await Promise.all(dead.map((name) => removeNamespace(cluster, name, limits)));
  for (const [index, trouble] of troubles.entries()) {
    if (trouble === undefined) swept.removed.push(dead[index] ?? "");
    else swept.failed.push(trouble);
  }
  return swept;
}

function reasonToKeep({ metadata }: KubeObject, options: SweepOptions): string | undefined {
  const { annotations, creationTimestamp } = metadata;
  const nowMs = options.now.getTime();
  const startedMs = timeOf(annotations?.[runAnnotations.startedAt]) ?? timeOf(creationTimestamp) ?? 0;
  if (nowMs - startedMs < options.olderThanMs) return `began ${seconds(nowMs - startedMs)} ago`;
  const owner = ownerOf(annotations?.[runAnnotations.owner]);
  if (owner?.host === options.host)
    return options.isProcessAlive(owner) ? `its process ${owner.pid} is alive` : undefined;
  const seenMs = timeOf(annotations?.[runAnnotations.heartbeat]) ?? startedMs;
  if (nowMs - seenMs >= silenceLimitMs) return undefined;
  return `${owner?.host ?? "its machine"} gave a sign of life ${seconds(nowMs - seenMs)} ago`;
}

/** Undefined for a text that is not an owner's: such a run is judged by its heartbeat. */
function ownerOf(text: string | undefined): RunOwner | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? "");
    const host = textOf(parsed, "host");
    const pid = numberOf(parsed, "pid");
    const startTime = textOf(parsed, "startTime");
    return host === undefined || pid === undefined || startTime === undefined ? undefined : { host, pid, startTime };
  } catch {
    return undefined;
  }
}

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** The clocks of two machines may differ by more than the time that has passed. */
function seconds(durationMs: number): string {
  return `${Math.max(0, Math.round(durationMs / 1000))} s`;
}
