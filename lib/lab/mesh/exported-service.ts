import type { KubeObject, Store } from "../model.ts";
import { isGlobalNamespace } from "./global-service.ts";
import { exportResource } from "./mesh-names.ts";

/** A Service that a cluster exports, as far as the others' ServiceImport depends on it. */
export interface ExportedService {
  cluster: string;
  /** When the export was made; the oldest one decides where exports disagree. */
  createdAt: string;
  type: "ClusterSetIP" | "Headless";
  ports: ExportedPort[];
  sessionAffinity: string;
  sessionAffinityConfig?: Record<string, unknown>;
  internalTrafficPolicy: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface ExportedPort {
  name?: string;
  protocol: string;
  port: number;
  appProtocol?: string;
}

/** Why a ServiceExport exports nothing. */
export interface Refused {
  reason: "NoService" | "InvalidServiceType" | "NamespaceNotGlobal";
  message: string;
}

/** Reads what a cluster exports under a name: undefined without a ServiceExport, and the reason where it exports nothing. */
export function exportedService(
  store: Pick<Store, "get">,
  cluster: string,
  namespace: string,
  name: string,
): ExportedService | Refused | undefined {
  const wish = store.get(exportResource, name, namespace);
  if (wish === undefined || wish.metadata.deletionTimestamp !== undefined) return undefined;
  if (!isGlobalNamespace(store.get("namespaces", namespace))) {
    return { reason: "NamespaceNotGlobal", message: "the namespace takes no part in the mesh" };
  }
  const service = store.get("services", name, namespace);
  if (service === undefined) return { reason: "NoService", message: "there is no Service of this name" };
  if (service["spec"].type === "ExternalName") {
    return { reason: "InvalidServiceType", message: "a Service of type ExternalName cannot be exported" };
  }
  return describe(cluster, wish, service);
}

/** Tells an exported Service from the reason why there is none. */
export function isExported(outcome: ExportedService | Refused | undefined): outcome is ExportedService {
  return outcome !== undefined && "cluster" in outcome;
}

function describe(cluster: string, { metadata, spec: wishes }: KubeObject, { spec }: KubeObject): ExportedService {
  const ports: (Omit<ExportedPort, "protocol"> & { protocol?: string })[] = spec.ports ?? [];
  return {
    cluster,
    createdAt: metadata.creationTimestamp ?? "",
    type: spec.clusterIP === "None" ? "Headless" : "ClusterSetIP",
    ports: ports.map(({ name, protocol = "TCP", port, appProtocol }) => ({
      ...(name && { name }),
      protocol,
      port,
      ...(appProtocol !== undefined && { appProtocol }),
    })),
    sessionAffinity: spec.sessionAffinity ?? "None",
    ...(spec.sessionAffinityConfig && { sessionAffinityConfig: spec.sessionAffinityConfig }),
    internalTrafficPolicy: spec.internalTrafficPolicy ?? "Cluster",
    labels: wishes?.exportedLabels ?? {},
    annotations: wishes?.exportedAnnotations ?? {},
  };
}
