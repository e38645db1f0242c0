import { listOf, textOf } from "../../base/open-record.ts";
import type { KubeObject, ListOptions, ResourceKind } from "../cluster.ts";
import { ciliumFiles } from "./cilium-state.ts";
import { eventLines } from "./event-lines.ts";
import type { EvidenceSource, Gathered, GatheredFile, Subject } from "./evidence-source.ts";
import { logFiles } from "./logs.ts";
import { objectsText, podState, whole } from "./objects-text.ts";
import { podLines } from "./pod-lines.ts";

const event: ResourceKind = { apiVersion: "v1", kind: "Event" };
const ingress: ResourceKind = { apiVersion: "networking.k8s.io/v1", kind: "Ingress" };
const ingressClass: ResourceKind = { apiVersion: "networking.k8s.io/v1", kind: "IngressClass" };
const node: ResourceKind = { apiVersion: "v1", kind: "Node" };
const pod: ResourceKind = { apiVersion: "v1", kind: "Pod" };
const service: ResourceKind = { apiVersion: "v1", kind: "Service" };
const slice: ResourceKind = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" };

/** Where the pods are that make a node's network. */
const system = "kube-system";
/** Events of nodes are kept here. */
const eventsOfNodes = "default";

/**
 * Gathers what a cluster shows of a subject: events, nodes, pods, the Services and who is behind them, Ingresses, logs, and what Cilium says. Never
 * rejects: what cannot be read is told in `cut`. Reads no Secrets and no ConfigMaps, and of pods no environment.
 */
export async function gather(source: EvidenceSource, subject: Subject): Promise<Gathered> {
  const cut: string[] = [];
  const [own, systemPods] = await Promise.all([
    ofRun(source, pod, cut),
    subject.nodes.length === 0 ? [] : listed(source, pod, cut, { namespace: system }),
  ]);
  const pods = chosen(own, systemPods, subject);
  const [ofNodes, ofOthers] = await Promise.all([
    Promise.all([events(source, subject, pods, cut), nodes(source, subject, cut)]),
    Promise.all([
      services(source, subject, cut),
      ingresses(source, subject, cut),
      logFiles(source, pods, cut),
      ciliumFiles(source, pods, cut),
    ]),
  ]);
  const files = [...ofNodes.flat(), ...podFiles(pods), ...ofOthers.flat()];
  return { files: files.filter(({ text }) => text !== ""), cut: [...new Set(cut)] };
}

/** Pods on the nodes of the subject, and those that are on none; those that take part first. All of the run's where no node is known. */
function chosen(own: KubeObject[], systemPods: KubeObject[], { nodes: names, workloads }: Subject): KubeObject[] {
  const isNear = (each: KubeObject) => {
    const on = textOf(each["spec"], "nodeName");
    return names.length === 0 || on === undefined || names.includes(on);
  };
  const partOf = ({ metadata: { name } }: KubeObject) =>
    workloads.some((workload) => name === workload || name.startsWith(`${workload}-`));
  const near = own.filter(isNear);
  return [
    ...near.filter(partOf),
    ...near.filter((each) => !partOf(each)),
    ...systemPods.filter((each) => names.includes(textOf(each["spec"], "nodeName") ?? "")),
  ];
}

async function events(
  source: EvidenceSource,
  { nodes: names }: Subject,
  pods: KubeObject[],
  cut: string[],
): Promise<GatheredFile[]> {
  const [own, ofSystem, ofNodes] = await Promise.all([
    ofRun(source, event, cut),
    names.length === 0 ? [] : listed(source, event, cut, { namespace: system }),
    names.length === 0
      ? []
      : listed(source, event, cut, { namespace: eventsOfNodes, fieldSelector: "involvedObject.kind=Node" }),
  ]);
  const known = new Set(pods.map(({ metadata }) => metadata.name));
  const about = (each: KubeObject) => textOf(each, "involvedObject", "name") ?? "";
  const lines = eventLines([
    ...own,
    ...ofSystem.filter((each) => known.has(about(each))),
    ...ofNodes.filter((each) => names.includes(about(each))),
  ]);
  const what = "events of the run's namespaces, of the nodes and of the system's pods on them, the newest last";
  return [{ name: "events.txt", about: what, text: lines.join("\n"), keep: "tail" }];
}

async function nodes(source: EvidenceSource, { nodes: names }: Subject, cut: string[]): Promise<GatheredFile[]> {
  if (names.length === 0) return [];
  const all = await listed(source, node, cut);
  const found = all.filter(({ metadata }) => names.includes(metadata.name));
  return [
    { name: "nodes.yaml", about: "the nodes, with their conditions", text: objectsText(found, whole), keep: "head" },
  ];
}

function podFiles(pods: KubeObject[]): GatheredFile[] {
  const where = "the run's pods and the system's on these nodes";
  return [
    { name: "pods.txt", about: `${where}, in a table`, text: podLines(pods).join("\n"), keep: "head" },
    { name: "pods.yaml", about: `states of ${where}`, text: objectsText(pods, podState), keep: "head" },
  ];
}

async function services(source: EvidenceSource, subject: Subject, cut: string[]): Promise<GatheredFile[]> {
  const byNamespace = Map.groupBy(subject.services, ({ namespace }) => namespace);
  const found = await Promise.all(
    [...byNamespace].map(async ([namespace, wanted]) => {
      const names = new Set(wanted.map(({ name }) => name));
      const [all, slices] = await Promise.all([
        listed(source, service, cut, { namespace }),
        listed(source, slice, cut, { namespace }),
      ]);
      const of = ({ metadata }: KubeObject) => metadata.labels?.["kubernetes.io/service-name"] ?? "";
      return [
        ...all.filter(({ metadata }) => names.has(metadata.name)),
        ...slices.filter((each) => names.has(of(each))),
      ];
    }),
  );
  const text = objectsText(found.flat(), whole);
  return [{ name: "services.yaml", about: "the Services and their EndpointSlices", text, keep: "head" }];
}

async function ingresses(source: EvidenceSource, subject: Subject, cut: string[]): Promise<GatheredFile[]> {
  if (!subject.ingresses) return [];
  const [own, classes] = await Promise.all([ofRun(source, ingress, cut), listed(source, ingressClass, cut)]);
  const text = objectsText([...classes, ...own], whole);
  return [
    { name: "ingresses.yaml", about: "IngressClasses, and the run's Ingresses with their status", text, keep: "head" },
  ];
}

async function ofRun(source: EvidenceSource, kind: ResourceKind, cut: string[]): Promise<KubeObject[]> {
  const lists = await Promise.all(source.namespaces.map((namespace) => listed(source, kind, cut, { namespace })));
  return lists.flat();
}

async function listed(
  source: EvidenceSource,
  kind: ResourceKind,
  cut: string[],
  options: ListOptions = {},
): Promise<KubeObject[]> {
  const where = options.namespace === undefined ? "" : ` of ${options.namespace}`;
  const name = `${kind.kind} list${where}`;
  const found = await source.read(name, cut, () => source.cluster.list(kind, options));
  return listOf({ found }, "found") as KubeObject[];
}
