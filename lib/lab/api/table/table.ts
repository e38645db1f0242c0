import type { KubeObject } from "../../model.ts";
import { resourceName } from "../registry/resource.ts";
import type { Resource } from "../registry/resource.ts";
import type { Column } from "./column.ts";
import { customColumns } from "./custom-columns.ts";
import { networkColumns } from "./network-columns.ts";
import { nodeColumns } from "./node-columns.ts";
import { otherColumns } from "./other-columns.ts";
import { podColumns } from "./pod-columns.ts";
import { workloadColumns } from "./workload-columns.ts";

const columns: Record<string, Column[]> = {
  pods: podColumns,
  nodes: nodeColumns,
  ...workloadColumns,
  ...networkColumns,
  ...otherColumns,
};

/**
 * Gives the table that `kubectl get` prints: a row per object, with as much of the object as `includeObject` asks for.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export function tableOf(objects: KubeObject[], resource: Resource, query: URLSearchParams, metadata: object): object {
  const name = resource.storedAs ?? resourceName(resource);
  const shown = columns[name] ?? customColumns(resource.printerColumns);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: shown.map(({ name: title, type, wide }) => ({
      name: title,
      type,
      format: title === "Name" ? "name" : "",
      description: "",
      priority: wide ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: shown.map(({ cell }) => cell(object) ?? null),
      ...rowObject(object, query.get("includeObject") ?? "Metadata"),
    })),
  };
}

function rowObject(object: KubeObject, include: string): { object?: unknown } {
  if (include === "None") return {};
  if (include === "Object") return { object };
  return { object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata } };
}
