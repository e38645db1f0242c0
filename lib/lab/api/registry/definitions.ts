import type { KubeObject } from "../../model.ts";
import type { PrinterColumn } from "../table/custom-columns.ts";
import type { ApiStore } from "../store.ts";
import { resourceName } from "./resource.ts";
import type { Resource } from "./resource.ts";

const definitions = "customresourcedefinitions.apiextensions.k8s.io";

/** Serves what each stored CustomResourceDefinition defines, until the definition goes; its objects go with it. */
export function serveDefinitions(store: ApiStore): void {
  store.watch(definitions, ({ type, object }) => {
    const resource = customResource(object);
    if (type !== "DELETED") {
      store.registry.remove(resourceName(resource));
      store.registry.add(resource);
      return;
    }
    for (const item of store.list(resourceName(resource))) {
      store.delete(resourceName(resource), item.metadata.name, item.metadata.namespace);
    }
    store.registry.remove(resourceName(resource));
  });
}

/** Reads the record of a custom resource from its definition. */
function customResource({ spec }: KubeObject): Resource {
  const served: VersionField[] = spec.versions.filter((version: VersionField) => version.served);
  const subresources = Object.keys(served[0]?.subresources ?? {});
  return {
    group: spec.group,
    versions: served
      .toSorted((a, b) => Number(b.storage ?? false) - Number(a.storage ?? false))
      .map(({ name }) => name),
    kind: spec.names.kind,
    plural: spec.names.plural,
    singular: spec.names.singular,
    shortNames: spec.names.shortNames ?? [],
    namespaced: spec.scope === "Namespaced",
    subresources,
    categories: spec.names.categories ?? [],
    names: "subdomain",
    generation: true,
    deleteAnswer: "status",
    selectableFields: [],
    schemas: Object.fromEntries(served.map(({ name, schema }) => [name, schema?.openAPIV3Schema])),
    ...(served[0]?.additionalPrinterColumns && { printerColumns: served[0].additionalPrinterColumns }),
  };
}

interface VersionField {
  name: string;
  served: boolean;
  storage?: boolean;
  schema?: { openAPIV3Schema?: unknown };
  subresources?: Record<string, unknown>;
  additionalPrinterColumns?: PrinterColumn[];
}
