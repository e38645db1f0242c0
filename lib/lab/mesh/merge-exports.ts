import { isDeepStrictEqual } from "node:util";
import type { ExportedPort, ExportedService } from "./exported-service.ts";

/** What the exports of one Service amount to. */
export interface MergedExports {
  /** By age: the cluster whose export decides comes first. */
  clusters: string[];
  /** The export that decides. */
  oldest: ExportedService;
  /** All ports of all exports; where two claim the same, the older one's. */
  ports: ExportedPort[];
  /** Where the exports disagree; undefined when they do not. */
  conflict: Conflict | undefined;
}

export interface Conflict {
  reason: string;
  message: string;
}

/** What has to be the same in all exports besides ports, in the order in which it is told. */
const properties: [property: keyof ExportedService, reason: string][] = [
  ["type", "TypeConflict"],
  ["sessionAffinity", "SessionAffinityConflict"],
  ["sessionAffinityConfig", "SessionAffinityConfigConflict"],
  ["annotations", "AnnotationsConflict"],
  ["labels", "LabelsConflict"],
  ["internalTrafficPolicy", "InternalTrafficPolicyConflict"],
];

/**
 * Merges the exports of one Service, of which there is at least one. Of the same second, the one whose cluster's name comes first is the older.
 *
 * @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-multicluster/1645-multi-cluster-services-api#constraints-and-conflict-resolution
 */
export function mergeExports(exports: readonly [ExportedService, ...ExportedService[]]): MergedExports {
  const ordered = exports.toSorted(byAge);
  const [oldest = exports[0]] = ordered;
  const { ports, conflict } = mergePorts(ordered);
  return {
    clusters: ordered.map(({ cluster }) => cluster),
    oldest,
    ports,
    conflict: conflict ?? propertyConflict(oldest, ordered),
  };
}

function byAge(one: ExportedService, other: ExportedService): number {
  const [first, second] = [one, other].map(({ createdAt, cluster }) => `${createdAt} ${cluster}`);
  return (first ?? "") < (second ?? "") ? -1 : 1;
}

function mergePorts(ordered: ExportedService[]): { ports: ExportedPort[]; conflict: Conflict | undefined } {
  const claimed: { port: ExportedPort; cluster: string }[] = [];
  const disagreements: string[] = [];
  for (const { cluster, ports } of ordered) {
    for (const port of ports) {
      const sameName = claimed.find((one) => one.port.name === port.name && number(one.port) !== number(port));
      const sameNumber = claimed.find((one) => number(one.port) === number(port));
      if (sameName !== undefined) {
        disagreements.push(`port ${port.name ?? ""} is ${number(sameName.port)} as cluster ${sameName.cluster} has it`);
      } else if (sameNumber === undefined) claimed.push({ port, cluster });
      else if (!isDeepStrictEqual(sameNumber.port, port)) {
        disagreements.push(`port ${number(port)} is described as cluster ${sameNumber.cluster} does`);
      }
    }
  }
  const ports = claimed.map(({ port }) => port);
  const partial = ordered.find((each) => !isDeepStrictEqual(each.ports, ports));
  if (partial !== undefined) disagreements.push(`cluster ${partial.cluster} exports other ports than the others`);
  const [message] = disagreements;
  return { ports, conflict: message === undefined ? undefined : { reason: "PortConflict", message } };
}

function number({ port, protocol }: ExportedPort): string {
  return `${port}/${protocol}`;
}

function propertyConflict(oldest: ExportedService, ordered: ExportedService[]): Conflict | undefined {
  for (const [property, reason] of properties) {
    const others = ordered.filter((each) => !isDeepStrictEqual(each[property], oldest[property]));
    if (others.length === 0) continue;
    const message = `${others.length} of ${ordered.length} clusters have another ${property} than cluster ${oldest.cluster}, whose export is the oldest`;
    return { reason, message };
  }
  return undefined;
}
