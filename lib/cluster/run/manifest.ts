import { readFileSync } from "node:fs";
import { LineCounter, parseAllDocuments } from "yaml";
import { Diagnostic } from "../../base/diagnostic.ts";
import { isRecord, textOf } from "../../base/open-record.ts";
import type { KubeObject } from "../cluster.ts";

/**
 * Reads the objects of a YAML file, in its order. Documents that hold nothing are passed over.
 *
 * Throws Diagnostic `configuration` with file and line for a text that is not YAML or a document that is no object.
 */
export function readManifest(file: string): KubeObject[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(read(file), { lineCounter: lines, prettyErrors: false });
  const objects: KubeObject[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error !== undefined) throw invalid(file, lines.linePos(error.pos[0]).line, "it is not YAML");
    const value: unknown = document.toJS();
    if (value === null) continue;
    if (!isKubeObject(value))
      throw invalid(file, lines.linePos(document.range[0]).line, "apiVersion, kind or metadata.name is missing");
    objects.push(value);
  }
  return objects;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Diagnostic(
      "configuration",
      `The manifest ${file} cannot be read.`,
      "Check that the installation is complete.",
    );
  }
}

function isKubeObject(value: unknown): value is KubeObject {
  return (
    isRecord(value) &&
    [textOf(value, "apiVersion"), textOf(value, "kind"), textOf(value, "metadata", "name")].every(Boolean)
  );
}

function invalid(file: string, line: number, what: string): Diagnostic {
  return new Diagnostic(
    "configuration",
    `The manifest ${file} is not valid at line ${line}: ${what}.`,
    "Repair the file.",
  );
}
