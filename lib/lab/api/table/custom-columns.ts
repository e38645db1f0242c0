import { fieldOf, isRecord } from "../../../base/open-record.ts";
import { age } from "./age.ts";
import { nameColumn, text } from "./column.ts";
import type { Column } from "./column.ts";

/** One of a definition's additionalPrinterColumns. */
export interface PrinterColumn {
  name: string;
  type: string;
  jsonPath: string;
  priority?: number;
}

/** Makes the columns of a custom resource; without any of its own it shows its age. */
export function customColumns(columns: PrinterColumn[] | undefined): Column[] {
  if (!columns?.length) return [nameColumn, text("Age", ({ metadata }) => age(metadata.creationTimestamp))];
  return [
    nameColumn,
    ...columns.map(({ name, type, jsonPath, priority = 0 }): Column => {
      const isNumber = type === "integer" || type === "number" || type === "boolean";
      return {
        name,
        type: isNumber ? type : "string",
        ...(priority > 0 && { wide: true }),
        cell(object) {
          const value = valueAt(object, jsonPath);
          if (type === "date") return age(typeof value === "string" ? value : undefined);
          if (isNumber || value === undefined) return value ?? null;
          return typeof value === "string" ? value : JSON.stringify(value);
        },
      };
    }),
  ];
}

/** Follows a simple JSONPath: `.spec.a.b`, `.status.conditions[?(@.type=="Ready")].status`, `.spec.list[0]`. */
function valueAt(object: unknown, path: string): unknown {
  const steps = path.match(/\.[\w-]+(\\\.[\w-]+)*|\[[^\]]*\]/g) ?? [];
  return steps.reduce<unknown>((value, step) => {
    if (step.startsWith(".")) return fieldOf(value, step.slice(1).replaceAll("\\.", "."));
    if (!Array.isArray(value)) return undefined;
    const filter = /^\[\?\(@\.([\w-]+)\s*==\s*["']([^"']*)["']\)\]$/.exec(step);
    if (filter) return value.find((item) => isRecord(item) && item[filter[1]!] === filter[2]);
    return step === "[*]" ? value[0] : value[Number(step.slice(1, -1))];
  }, object);
}
