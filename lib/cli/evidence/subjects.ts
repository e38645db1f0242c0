import type { Subject } from "../../cluster/evidence/evidence-source.ts";
import type { PathResult } from "../../report/path-result.ts";
import type { FindingGroup } from "./finding-groups.ts";

/** More nodes and Services of a cluster than that are not looked at for one group. */
const most = { nodes: 4, services: 8 };

/** What to look at in each cluster, and what is too much to. */
export interface Subjects {
  byContext: Map<string, Subject>;
  /** Sentences. */
  cut: string[];
}

/**
 * Says what the paths of a group go through in each cluster: the nodes that most of them use, the pods at their ends, the Services, and
 * whether Ingresses take part. A group of troubles is about all of the run in its cluster, or in every cluster where it names none.
 *
 * `namespaces` are those of the run, by the roles that paths call them by.
 */
export function subjectsOf(
  { paths, troubles }: FindingGroup,
  contexts: readonly string[],
  namespaces: Readonly<Record<string, string>>,
): Subjects {
  const cut: string[] = [];
  const touched = new Map<string, Touched>();
  for (const path of paths) touch(path, namespaces, (context) => touchedIn(touched, context));
  for (const { cluster } of troubles)
    for (const context of cluster === undefined ? contexts : [cluster]) touchedIn(touched, context);
  const byContext = new Map<string, Subject>();
  for (const context of contexts) {
    const found = touched.get(context);
    if (found === undefined) continue;
    const nodes = mostUsed(found.nodes, most.nodes);
    const services = mostUsed(found.services, most.services);
    cut.push(
      ...tooMany(context, "nodes", found.nodes.size, nodes.length),
      ...tooMany(context, "Services", found.services.size, services.length),
    );
    byContext.set(context, {
      nodes,
      workloads: [...found.workloads],
      services: services.map((key) => JSON.parse(key) as { namespace: string; name: string }),
      ingresses: found.ingresses,
    });
  }
  return { byContext, cut };
}

/** Names and how many paths go through them. */
interface Touched {
  nodes: Map<string, number>;
  services: Map<string, number>;
  workloads: Set<string>;
  ingresses: boolean;
}

function touchedIn(all: Map<string, Touched>, context: string): Touched {
  const found = all.get(context) ?? { nodes: new Map(), services: new Map(), workloads: new Set(), ingresses: false };
  all.set(context, found);
  return found;
}

function touch(
  { from, to, way }: PathResult,
  namespaces: Readonly<Record<string, string>>,
  inCluster: (context: string) => Touched,
): void {
  const pods = [from, to, ...(way?.backends ?? []), ...(way?.dnsServer ? [way.dnsServer] : [])];
  for (const { cluster, node, name } of pods) {
    if (cluster === "") continue;
    const touched = inCluster(cluster);
    touched.workloads.add(name);
    if (node !== undefined) count(touched.nodes, node);
  }
  if (way === undefined) return;
  if (way.fromNode !== undefined && from.cluster !== "") count(inCluster(from.cluster).nodes, way.fromNode);
  if (way.toNode !== undefined && to.cluster !== "") count(inCluster(to.cluster).nodes, way.toNode);
  if (way.entrance) count(inCluster(way.entrance.cluster).nodes, way.entrance.node);
  const clusters = [...new Set(pods.map(({ cluster }) => cluster))].filter((cluster) => cluster !== "");
  for (const cluster of clusters) {
    const touched = inCluster(cluster);
    if (way.service !== undefined) count(touched.services, serviceKey(way.service, namespaces));
    if (way.looksUp !== undefined)
      count(touched.services, JSON.stringify({ namespace: "kube-system", name: "kube-dns" }));
    if (way.rung === "ingress") touched.ingresses = true;
  }
}

function serviceKey(service: string, namespaces: Readonly<Record<string, string>>): string {
  const [role = "", name = ""] = service.split("/");
  return JSON.stringify({ namespace: namespaces[role] ?? role, name });
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function mostUsed(counts: Map<string, number>, limit: number): string[] {
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, limit)
    .map(([key]) => key);
}

function tooMany(context: string, what: string, all: number, shown: number): string[] {
  return all > shown ? [`${context}: only ${shown} of ${all} ${what} are looked at, those of most paths`] : [];
}
