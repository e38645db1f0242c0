import { isRecord, listOf, type OpenRecord, textOf } from "../../base/open-record.ts";
import type { Toleration } from "../features/choose-nodes.ts";
import type { KubeObject } from "../cluster.ts";
import { noMesh } from "./no-mesh.ts";
import { perIngressClass } from "./per-ingress-class.ts";
import { placePod } from "./place-pod.ts";
import { labelsOf } from "./run-labels.ts";

/** The image that the manifests name. */
export const defaultAgentImage = "docker.io/library/node:24-alpine";

export interface ManifestValues {
  /** Takes the place of the namespace `meshgate`. */
  namespace: string;
  /** Takes the place of the namespace `meshgate-other`. */
  otherNamespace: string;
  /** Takes the place of the namespace `meshgate-host`. */
  hostNamespace: string;
  runId: string;
  /** The kubeconfig context; agents say it when they answer. */
  clusterName: string;
  /** Default: the image in the manifest. */
  image?: string;
  /** Name of a Secret in the run's namespaces. */
  pullSecret?: string;
  tolerations?: readonly Toleration[];
  /** Names of the classes for each of which there is one of each Ingress. Default: none. */
  ingressClasses?: readonly string[];
  /** Names of the nodes on which pods may run; at least one. */
  nodes: readonly string[];
  /** Text of agent.cjs. */
  agentScript: string;
}

/**
 * Fills the values of a run into objects as read from a manifest and returns new objects; the given ones stay as they are. Of Ingresses it
 * makes one for each class.
 *
 * Namespaces are replaced wherever they are named: in metadata, in references, in selectors by name and in external names. Each
 * object and each pod gets the labels of the run, and every pod is confined to the chosen nodes and kept from service meshes.
 */
export function prepareManifest(objects: readonly KubeObject[], values: ManifestValues): KubeObject[] {
  const classes = values.ingressClasses ?? [];
  const all = objects.flatMap((object) => perIngressClass(object, classes, values.namespace));
  return all.map((object) => {
    const copy = inNamespaces(structuredClone(object), values) as KubeObject;
    copy.metadata.namespace ??= values.namespace;
    copy.metadata.labels = { ...copy.metadata.labels, ...labelsOf(values.runId) };
    fillScript(copy, values.agentScript);
    const template = copy["spec"];
    if (copy.kind === "Pod" && isRecord(template)) {
      keepMeshAway(copy.metadata);
      fillPod(template, values);
    } else if (isRecord(template) && isRecord(template["template"])) fillTemplate(template["template"], values);
    return copy;
  });
}

/** Replaces names of namespaces in the fields that hold one. */
function inNamespaces(value: unknown, values: ManifestValues, field = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => inNamespaces(item, values, field));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inNamespaces(inner, values, name)]));
  if (typeof value !== "string") return value;
  if (field === "namespace" || field === "kubernetes.io/metadata.name") return namespaceFor(value, values);
  if (field === "externalName")
    return value.replace(
      /\.(meshgate|meshgate-other|meshgate-host)\.svc\b/,
      (_, name: string) => `.${namespaceFor(name, values)}.svc`,
    );
  return value;
}

function namespaceFor(name: string, { namespace, otherNamespace, hostNamespace }: ManifestValues): string {
  const ours = new Map([
    ["meshgate", namespace],
    ["meshgate-other", otherNamespace],
    ["meshgate-host", hostNamespace],
  ]);
  return ours.get(name) ?? name;
}

function fillScript(object: KubeObject, agentScript: string): void {
  const data = object["data"];
  if (object.kind === "ConfigMap" && isRecord(data) && "agent.cjs" in data) data["agent.cjs"] = agentScript;
}

function fillTemplate(template: OpenRecord, values: ManifestValues): void {
  const metadata = isRecord(template["metadata"]) ? template["metadata"] : {};
  metadata["labels"] = { ...recordOf(metadata["labels"]), ...labelsOf(values.runId) };
  template["metadata"] = metadata;
  keepMeshAway(metadata);
  if (isRecord(template["spec"])) fillPod(template["spec"], values);
}

function keepMeshAway(podMetadata: OpenRecord): void {
  podMetadata["labels"] = { ...recordOf(podMetadata["labels"]), ...noMesh.podLabels };
  podMetadata["annotations"] = { ...recordOf(podMetadata["annotations"]), ...noMesh.podAnnotations };
}

function recordOf(value: unknown): OpenRecord {
  return isRecord(value) ? value : {};
}

function fillPod(spec: OpenRecord, values: ManifestValues): void {
  for (const container of [...listOf(spec, "containers"), ...listOf(spec, "initContainers")].filter(isRecord)) {
    if (container["image"] === defaultAgentImage && values.image !== undefined) container["image"] = values.image;
    for (const variable of listOf(container, "env").filter(isRecord))
      if (variable["name"] === "MESHGATE_CLUSTER") variable["value"] = values.clusterName;
  }
  if (values.pullSecret !== undefined) {
    const others = listOf(spec, "imagePullSecrets").filter((item) => textOf(item, "name") !== values.pullSecret);
    spec["imagePullSecrets"] = [...others, { name: values.pullSecret }];
  }
  if (values.tolerations !== undefined && values.tolerations.length > 0)
    spec["tolerations"] = [...listOf(spec, "tolerations"), ...values.tolerations];
  placePod(spec, values.nodes);
}
