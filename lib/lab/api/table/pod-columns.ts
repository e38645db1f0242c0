import type { KubeObject } from "../../model.ts";
import { age } from "./age.ts";
import { nameColumn, text, wide } from "./column.ts";
import type { Column } from "./column.ts";

type Fields = KubeObject[string];

/** What `kubectl get pods` shows. */
export const podColumns: Column[] = [
  nameColumn,
  text("Ready", ({ spec, status }) => {
    const sidecars = (spec.initContainers ?? []).filter(isSidecar).map(({ name }: Fields) => name);
    const states = [
      ...(status?.containerStatuses ?? []),
      ...(status?.initContainerStatuses ?? []).filter(({ name }: Fields) => sidecars.includes(name)),
    ];
    return `${states.filter(({ ready }: Fields) => ready).length}/${spec.containers.length + sidecars.length}`;
  }),
  text("Status", podStatus),
  text("Restarts", ({ status }) => {
    const states: Fields[] = status?.containerStatuses ?? [];
    const restarts = states.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
    const ends: string[] = states.map(({ lastState }) => lastState?.terminated?.finishedAt).filter(Boolean);
    return restarts > 0 && ends.length > 0 ? `${restarts} (${age(ends.toSorted().at(-1))} ago)` : `${restarts}`;
  }),
  text("Age", ({ metadata }) => age(metadata.creationTimestamp)),
  wide(text("IP", ({ status }) => status?.podIP || "<none>")),
  wide(text("Node", ({ spec }) => spec.nodeName || "<none>")),
  wide(text("Nominated Node", ({ status }) => status?.nominatedNodeName || "<none>")),
  wide(
    text("Readiness Gates", ({ spec, status }) => {
      const gates: Fields[] = spec.readinessGates ?? [];
      const isTrue = ({ conditionType }: Fields) =>
        status?.conditions?.some(({ type, status: value }: Fields) => type === conditionType && value === "True");
      return gates.length > 0 ? `${gates.filter(isTrue).length}/${gates.length}` : "<none>";
    }),
  ),
];

/** The word that tells most: a reason of the pod or of one of its containers before the phase. */
function podStatus({ metadata, spec, status = {} }: KubeObject): string {
  const going = metadata.deletionTimestamp !== undefined;
  const word = initWord(spec, status) ?? containerWord(status) ?? status.reason ?? status.phase ?? "Unknown";
  if (!going) return word;
  return status.reason === "NodeLost" ? "Unknown" : "Terminating";
}

function initWord(spec: Fields, status: Fields): string | undefined {
  const states: Fields[] = status.initContainerStatuses ?? [];
  for (const [index, { name, state = {}, started }] of states.entries()) {
    const container = (spec.initContainers ?? []).find((item: Fields) => item.name === name);
    if (state.terminated?.exitCode === 0 || (isSidecar(container ?? {}) && started)) continue;
    if (state.terminated) return `Init:${endWord(state.terminated)}`;
    if (state.waiting?.reason && state.waiting.reason !== "PodInitializing") return `Init:${state.waiting.reason}`;
    return `Init:${index}/${spec.initContainers.length}`;
  }
  return undefined;
}

function containerWord(status: Fields): string | undefined {
  const states: Fields[] = status.containerStatuses ?? [];
  let word: string | undefined;
  for (const { state = {} } of states.toReversed()) {
    if (state.waiting?.reason) word = state.waiting.reason;
    else if (state.terminated) word = endWord(state.terminated);
  }
  const runs = states.some(({ state, ready }) => state?.running && ready);
  if (word !== "Completed" || !runs) return word;
  return status.conditions?.some((item: Fields) => item.type === "Ready" && item.status === "True")
    ? "Running"
    : "NotReady";
}

function endWord({ reason, signal, exitCode }: Fields): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

function isSidecar({ restartPolicy }: Fields): boolean {
  return restartPolicy === "Always";
}
