import { fieldOf, listOf, numberOf, textOf } from "../../base/open-record.ts";
import type { KubeObject } from "../../cluster/cluster.ts";
import type { Expectation } from "./expect.ts";
import { holds } from "./expect-objects.ts";

/**
 * Promises a ServiceImport with an address and these ports that comes from so many clusters, and from those of these names where they
 * are known.
 *
 * @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-multicluster/1645-multi-cluster-services-api#serviceimport
 */
export function importedFrom(clusters: (string | undefined)[], ports: number[]): Expectation {
  const named = clusters.filter((name) => name !== undefined);
  const whom = named.length === clusters.length ? named.join(", ") : `${clusters.length} clusters`;
  return holds(`a ServiceImport with an address and the ports ${ports.join(", ")}, from ${whom}`, ([found]) => {
    if (!found) return "no ServiceImport";
    const from = listOf(found["status"], "clusters").map((entry) => textOf(entry, "cluster") ?? "");
    if (from.length !== clusters.length || !named.every((name) => from.includes(name)))
      return `a ServiceImport from ${from.length === 0 ? "no cluster" : from.join(", ")}`;
    if (listOf(found["spec"], "ips").length === 0) return "a ServiceImport without an address";
    const seen = listOf(found["spec"], "ports").map((port) => numberOf(port, "port") ?? 0);
    return ports.every((port) => seen.includes(port)) ? undefined : `the ports ${seen.join(", ")}`;
  });
}

/** Promises that nothing is imported. */
export function notImported(): Expectation {
  return holds("no ServiceImport", ([found]) => (found ? "a ServiceImport that is still there" : undefined));
}

/** Promises a ServiceExport that is valid and agrees with those of other clusters, or does not. */
export function exportIs(kind: "agreed" | "in conflict"): Expectation {
  const wanted = kind === "agreed" ? "no conflict" : "a conflict with another cluster's";
  return holds(`a valid ServiceExport with ${wanted}`, ([found]) => {
    if (!found) return "no ServiceExport";
    if (statusOf(found, "Valid") !== "True") return `the condition Valid is ${conditionText(found, "Valid")}`;
    const isInConflict = statusOf(found, "Conflict") === "True";
    return isInConflict === (kind === "in conflict")
      ? undefined
      : `the condition Conflict is ${conditionText(found, "Conflict")}`;
  });
}

function conditionOf({ status }: KubeObject, type: string): unknown {
  return listOf(status, "conditions").find((condition) => fieldOf(condition, "type") === type);
}

function statusOf(object: KubeObject, type: string): string | undefined {
  return textOf(conditionOf(object, type), "status");
}

function conditionText(object: KubeObject, type: string): string {
  const condition = conditionOf(object, type);
  if (condition === undefined) return "not there";
  const [status, reason, message] = ["status", "reason", "message"].map((field) => textOf(condition, field) ?? "");
  return `${status} (${reason}: ${message})`;
}
