import type { KubeObject } from "../../model.ts";

/** One column of `kubectl get`. */
export interface Column {
  name: string;
  type: "string" | "integer" | "boolean" | "number" | "date";
  /** Only with `-o wide`. */
  wide?: boolean;
  cell(object: KubeObject): unknown;
}

export function text(name: string, cell: Column["cell"]): Column {
  return { name, type: "string", cell };
}

export function number(name: string, cell: Column["cell"]): Column {
  return { name, type: "integer", cell };
}

export function wide(column: Column): Column {
  return { ...column, wide: true };
}

export const nameColumn: Column = text("Name", ({ metadata }) => metadata.name);
