import { setTimeout as sleep } from "node:timers/promises";
import { Diagnostic } from "../../base/diagnostic.ts";
import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import { shellQuote } from "../../base/shell-quote.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import type { Trouble } from "../trouble.ts";

export interface RemovalOptions {
  /** For all of it: deleting and waiting. */
  timeoutMs: number;
  signal?: AbortSignal;
}

const namespaceKind = { apiVersion: "v1", kind: "Namespace" };
const pollEveryMs = 500;

/**
 * Deletes a namespace and waits until it is gone. Undefined when it is; else the trouble, with what holds it back and the command
 * that removes it by hand. Never throws.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/
 */
export async function removeNamespace(
  cluster: Cluster,
  name: string,
  options: RemovalOptions,
): Promise<Trouble | undefined> {
  const deadline = performance.now() + options.timeoutMs;
  const gone = (message: string): Trouble => leftBehind(cluster, name, message);
  let asked = false;
  let lastFailure: string | undefined;
  let lastSeen: KubeObject | undefined;
  for (;;) {
    try {
      if (!asked) await cluster.remove(namespaceKind, name);
      asked = true;
      lastSeen = await cluster.get(namespaceKind, name);
      lastFailure = undefined;
      if (lastSeen === undefined) return undefined;
    } catch (error) {
      lastFailure = error instanceof Diagnostic ? error.message : "the request failed";
    }
    if (options.signal?.aborted) return gone("its removal was interrupted");
    if (performance.now() >= deadline) {
      if (lastFailure !== undefined)
        return gone(`it could not be ${asked ? "watched to its end" : "deleted"}: ${lastFailure}`);
      return gone(`it is not gone after ${options.timeoutMs / 1000} s${heldBackBy(lastSeen)}`);
    }
    await sleep(pollEveryMs);
  }
}

/** What the namespace controller says keeps it from ending. */
function heldBackBy(namespace: KubeObject | undefined): string {
  const reasons = listOf(namespace?.["status"], "conditions")
    .filter((condition) => fieldOf(condition, "status") === "True")
    .map((condition) => textOf(condition, "message"))
    .filter((message) => message !== undefined);
  return reasons.length === 0 ? "" : `: ${reasons.join(" ")}`;
}

function leftBehind(cluster: Cluster, name: string, message: string): Trouble {
  return {
    cluster: cluster.context,
    object: `Namespace//${name}`,
    message: `the namespace ${name} was left behind: ${message}`,
    cure: `kubectl --context ${shellQuote(cluster.context)} delete namespace ${shellQuote(name)}`,
  };
}
