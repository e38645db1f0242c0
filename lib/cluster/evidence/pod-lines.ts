import { fieldOf, listOf, numberOf, textOf } from "../../base/open-record.ts";
import { printable } from "../../base/printable.ts";
import { alignColumns } from "../../base/table.ts";
import type { KubeObject } from "../cluster.ts";

/** Prints pods as a table with a head, in the order given: where they are, how many of their containers are ready, and what keeps the others. Empty for none. */
export function podLines(pods: readonly KubeObject[]): string[] {
  if (pods.length === 0) return [];
  const head = ["NAMESPACE", "NAME", "NODE", "ADDRESS", "PHASE", "READY", "RESTARTS", "STATE"];
  return alignColumns([head, ...pods.map((pod) => rowOf(pod).map(printable))]);
}

function rowOf(pod: KubeObject): string[] {
  const { status, spec, metadata } = pod;
  const containers = listOf(status, "containerStatuses");
  const ready = containers.filter((container) => fieldOf(container, "ready") === true).length;
  const restarts = containers.reduce<number>((sum, each) => sum + (numberOf(each, "restartCount") ?? 0), 0);
  const states = [...listOf(status, "initContainerStatuses"), ...containers].flatMap(stateOf);
  const unmet = listOf(status, "conditions").flatMap((condition) =>
    textOf(condition, "type") === "PodScheduled" && textOf(condition, "status") === "False"
      ? [textOf(condition, "message") ?? "not scheduled"]
      : [],
  );
  return [
    metadata.namespace ?? "",
    metadata.name,
    textOf(spec, "nodeName") ?? "-",
    textOf(status, "podIP") ?? "-",
    metadata.deletionTimestamp === undefined ? (textOf(status, "phase") ?? "-") : "Terminating",
    `${ready}/${listOf(spec, "containers").length}`,
    String(restarts),
    [...unmet, ...states].join("; ").replaceAll(/\s*\n\s*/g, " "),
  ];
}

/** What keeps a container from running, and how it ended last. */
function stateOf(container: unknown): string[] {
  const name = textOf(container, "name") ?? "";
  const waiting = textOf(container, "state", "waiting", "reason");
  const reasons = (state: string) => {
    const ended = fieldOf(container, state, "terminated");
    const reason = textOf(ended, "reason");
    return reason === undefined ? undefined : `${reason} (exit code ${numberOf(ended, "exitCode") ?? "unknown"})`;
  };
  const [ended, before] = [reasons("state"), reasons("lastState")];
  return [
    ...(waiting === undefined ? [] : [`${name} waits: ${waiting}`]),
    ...(ended === undefined ? [] : [`${name} ended: ${ended}`]),
    ...(before === undefined ? [] : [`${name} ended before: ${before}`]),
  ];
}
