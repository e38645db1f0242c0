import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { Diagnostic } from "../../base/diagnostic.ts";
import { isRecord, type OpenRecord } from "../../base/open-record.ts";

/** One named entry of a kubeconfig, as written; relative paths in it are relative to `directory`. */
export interface KubeconfigEntry {
  fields: OpenRecord;
  file: string;
  directory: string;
}

export interface KubeconfigEntries {
  currentContext: string | undefined;
  contexts: Map<string, KubeconfigEntry>;
  clusters: Map<string, KubeconfigEntry>;
  users: Map<string, KubeconfigEntry>;
}

/**
 * Reads one kubeconfig file, YAML or JSON.
 *
 * Throws Diagnostic `configuration` with the file's name and, for a syntax error, the line; the text itself is never quoted.
 */
export function readKubeconfigFile(file: string): KubeconfigEntries {
  const config = parse(file, read(file));
  if (config["kind"] !== undefined && config["kind"] !== "Config") invalid(file, "it is not of kind Config");
  const current = config["current-context"];
  return {
    currentContext: typeof current === "string" && current !== "" ? current : undefined,
    contexts: named(file, config, "contexts", "context"),
    clusters: named(file, config, "clusters", "cluster"),
    users: named(file, config, "users", "user"),
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new Diagnostic(
      "configuration",
      `The kubeconfig ${file} cannot be read (${code}).`,
      "Check that it is a file and that this user may read it.",
    );
  }
}

function parse(file: string, text: string): OpenRecord {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined) invalid(file, `it is not YAML (line ${lines.linePos(error.pos[0]).line})`);
  const value = toPlain(file, document);
  if (value === null) return {};
  if (!isRecord(value)) invalid(file, "it holds no fields");
  return value;
}

function toPlain(file: string, document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch {
    // An alias without an anchor, or too many of them; the library's message would quote the text.
    return invalid(file, "its aliases cannot be resolved");
  }
}

function named(file: string, config: OpenRecord, list: string, field: string): Map<string, KubeconfigEntry> {
  const entries = new Map<string, KubeconfigEntry>();
  const items = config[list] ?? [];
  if (!Array.isArray(items)) invalid(file, `its ${list} are not a list`);
  for (const [index, item] of items.entries()) {
    const name: unknown = isRecord(item) ? item["name"] : undefined;
    if (typeof name !== "string" || name === "") invalid(file, `${list}[${index}] has no name`);
    if (entries.has(name)) invalid(file, `it names the ${field} ${JSON.stringify(name)} twice`);
    const fields: unknown = item[field];
    entries.set(name, { fields: isRecord(fields) ? fields : {}, file, directory: dirname(file) });
  }
  return entries;
}

function invalid(file: string, what: string): never {
  throw new Diagnostic(
    "configuration",
    `The kubeconfig ${file} is not valid: ${what}.`,
    `Repair it; this shows what kubectl makes of it: kubectl --kubeconfig ${JSON.stringify(file)} config view`,
  );
}
