import { setTimeout as sleep } from "node:timers/promises";
import { Diagnostic } from "../../base/diagnostic.ts";
import { shellQuote } from "../../base/shell-quote.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import { noMesh } from "./no-mesh.ts";
import { labelsOf, runAnnotations, type RunOwner } from "./run-labels.ts";

export interface RunNamespaceOptions {
  name: string;
  runId: string;
  startedAt: Date;
  owner: RunOwner;
  /** The Pod Security level that it enforces. Default `restricted`. */
  podSecurity?: "restricted" | "privileged";
  signal?: AbortSignal;
  /** How long to wait for the namespace to be fit for pods. Default 30 000. */
  timeoutMs?: number;
}

/** A namespace of a run, with what is needed to apply it again. */
export interface RunNamespace {
  cluster: Cluster;
  name: string;
  uid: string;
  /** As applied, without heartbeat. */
  manifest: KubeObject;
}

const pollEveryMs = 100;

/**
 * Creates a namespace for one run and waits until pods can be created in it. A run may have several.
 *
 * It enforces a Pod Security level, says to whom it belongs, wants no sidecars, and is open to mesh-wide Services. Throws Diagnostic
 * `broken` when it cannot be created or its default service account does not appear, and `interrupted`.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export async function createRunNamespace(cluster: Cluster, options: RunNamespaceOptions): Promise<RunNamespace> {
  const manifest = namespaceManifest(options);
  const stored = await cluster.apply(withHeartbeat(manifest, new Date()));
  await waitForServiceAccount(cluster, options);
  return { cluster, name: options.name, uid: stored.metadata.uid ?? "", manifest };
}

function namespaceManifest(options: RunNamespaceOptions): KubeObject {
  const { name, runId, startedAt, owner, podSecurity = "restricted" } = options;
  const levels = ["enforce", "warn", "audit"].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, podSecurity],
    [`pod-security.kubernetes.io/${mode}-version`, "latest"],
  ]);
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: { ...labelsOf(runId), ...Object.fromEntries(levels), ...noMesh.namespace },
      annotations: {
        [runAnnotations.startedAt]: startedAt.toISOString(),
        [runAnnotations.owner]: JSON.stringify(owner),
        "clustermesh.cilium.io/global": "true",
      },
    },
  };
}

/** Copies a namespace with the time of this sign of life. With `uid`, applying it never makes a new namespace of that name. */
export function withHeartbeat(manifest: KubeObject, now: Date, uid?: string): KubeObject {
  const { metadata } = manifest;
  const annotations = { ...metadata.annotations, [runAnnotations.heartbeat]: now.toISOString() };
  return { ...manifest, metadata: { ...metadata, annotations, ...(uid === undefined ? {} : { uid }) } };
}

async function waitForServiceAccount(cluster: Cluster, options: RunNamespaceOptions): Promise<void> {
  const { name, signal, timeoutMs = 30_000 } = options;
  const deadline = performance.now() + timeoutMs;
  while ((await cluster.get({ apiVersion: "v1", kind: "ServiceAccount" }, "default", name)) === undefined) {
    if (signal?.aborted)
      throw new Diagnostic("interrupted", `Interrupted while the namespace ${name} was made.`, "Run again.");
    if (performance.now() > deadline)
      throw new Diagnostic(
        "broken",
        `${cluster.context}: the namespace ${name} got no service account "default" within ${timeoutMs / 1000} s.`,
        "The controller manager makes it; see that it runs: " +
          `kubectl --context ${shellQuote(cluster.context)} -n kube-system get pods,leases`,
      );
    await sleep(pollEveryMs);
  }
}
