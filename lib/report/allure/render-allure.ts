import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { printable } from "../../base/printable.ts";
import { diagnosisLines } from "../diagnosis-lines.ts";
import type { Results } from "../path-result.ts";
import { allureTests } from "./allure-tests.ts";
import { allureCategories } from "./categories.ts";
import { environmentOf } from "./environment.ts";
import { pageLayout } from "./page-layout.ts";
import { replay } from "./replay.ts";

/** Names of the files that Allure's writers make. */
const allureFile =
  /^[\da-f-]{36}-(result|container|globals)\.json$|^[\da-f-]{36}-attachment(\.[\w-]+)?$|^(categories\.json|environment\.properties)$/;

/**
 * Writes results as a directory that every version of Allure reads, `allure-results`; what Allure left there before is removed first.
 *
 * `root` is the directory of results.json, where the files of the evidence are; default: the one that holds `directory`. Throws the
 * system's error when something cannot be written.
 */
export function renderAllure(results: Results, directory: string, root = dirname(directory)): void {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) if (allureFile.test(name)) rmSync(join(directory, name));
  const causes = results.diagnosis ? diagnosisLines(results.diagnosis, pageLayout) : [];
  replay(allureTests(results, root), directory, {
    run: results.run.id,
    environment: environmentOf(results),
    categories: allureCategories,
    errors: results.troubles.map(({ message }) => printable(message)),
    texts:
      causes.length > 0 ? [{ name: "diagnosis.txt", contentType: "text/plain", text: `${causes.join("\n")}\n` }] : [],
  });
}
