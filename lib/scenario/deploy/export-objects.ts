import { exportsApi } from "../../cluster/features/mesh.ts";
import type { Service } from "../place.ts";
import { objects } from "../probes.ts";
import type { ObjectQuestion } from "../question.ts";

/** Asks an API server for the ServiceExport of a Service. */
export function exportObject({ namespace, name }: Service): ObjectQuestion {
  return objects({ apiVersion: exportsApi, kind: "ServiceExport" }, { namespace, name });
}

/** Asks an API server for the ServiceImport of a Service. */
export function importObject({ namespace, name }: Service): ObjectQuestion {
  return objects({ apiVersion: exportsApi, kind: "ServiceImport" }, { namespace, name });
}
