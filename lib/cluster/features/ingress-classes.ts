import { textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import { listIfReadable } from "./readable.ts";

/** An IngressClass, as far as its controller can be found by it. */
export interface IngressClass {
  name: string;
  /** `k8s.io/ingress-nginx` */
  controller: string;
  labels: Record<string, string>;
}

const defaultAnnotation = "ingressclass.kubernetes.io/is-default-class";

/**
 * Finds the IngressClasses to test: the one that is wanted, else those that are marked as default, else all, in the order of their
 * names. Where there is none, `missing` says why.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#default-ingress-class
 */
export async function findIngressClasses(
  cluster: Cluster,
  wanted?: string,
): Promise<{ classes: IngressClass[]; missing: string | null }> {
  const all = await listIfReadable(cluster, { apiVersion: "networking.k8s.io/v1", kind: "IngressClass" });
  if (!all) return { classes: [], missing: "IngressClasses may not be read" };
  const chosen = choose(all, wanted);
  if (chosen.length > 0) return { classes: chosen.map(classOf), missing: null };
  const missing = wanted === undefined ? "there is no IngressClass" : `there is no IngressClass ${wanted}`;
  return { classes: [], missing };
}

function choose(all: KubeObject[], wanted: string | undefined): KubeObject[] {
  if (wanted !== undefined) return all.filter(({ metadata }) => metadata.name === wanted);
  const defaults = all.filter(({ metadata }) => metadata.annotations?.[defaultAnnotation] === "true");
  const found = defaults.length > 0 ? defaults : all;
  return found.toSorted((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
}

function classOf({ metadata, spec }: KubeObject): IngressClass {
  return { name: metadata.name, controller: textOf(spec, "controller") ?? "", labels: metadata.labels ?? {} };
}
