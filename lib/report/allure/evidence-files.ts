import { statSync } from "node:fs";
import { join, relative } from "node:path";
import type { Evidence } from "../path-result.ts";
import type { AllureFile } from "./allure-test.ts";

const contentTypes: Record<string, string> = { json: "application/json", html: "text/html", csv: "text/csv" };

/**
 * Finds the evidence about paths: gives a function from ids to the files that are there. `root` is the directory of results.json; what it
 * does not hold, or what leads out of it, is left out.
 */
export function evidenceFiles(evidence: readonly Evidence[], root: string): (ids: readonly string[]) => AllureFile[] {
  const byPath = new Map<string, Set<AllureFile>>();
  for (const { folder, paths, files } of evidence) {
    const found = files.flatMap(({ name, about }) => fileIn(root, join(folder, name), about));
    for (const id of paths) byPath.set(id, new Set([...(byPath.get(id) ?? []), ...found]));
  }
  return (ids) => [...new Set(ids.flatMap((id) => [...(byPath.get(id) ?? [])]))];
}

function fileIn(root: string, name: string, about: string): AllureFile[] {
  const path = join(root, name);
  const isInside = !relative(root, path).startsWith("..");
  if (!isInside || !statSync(path, { throwIfNoEntry: false })?.isFile()) return [];
  const ending = name.split(".").at(-1) ?? "";
  return [{ name: `${name}: ${about}`, contentType: contentTypes[ending] ?? "text/plain", path }];
}
