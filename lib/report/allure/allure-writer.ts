import { dirname, join, resolve } from "node:path";
import type { Writer } from "../writer.ts";
import { allureResults } from "./allure-reporter.ts";

/**
 * Makes Allure's report out of results: `allure-results`, and of that a page. `root` is the directory of results.json: evidence lies in it, and
 * beside it what reports know of earlier runs.
 */
export function allureWriter(root: string): Writer {
  const output = "allure.html";
  return {
    name: "allure",
    output,
    everyMs: Infinity,
    async write(results, directory) {
      const { renderAllure } = await import("./render-allure.ts");
      const { makeAllureReport } = await import("./make-allure-report.ts");
      const resultsDirectory = join(directory, allureResults);
      renderAllure(results, resultsDirectory, root);
      await makeAllureReport({
        run: results.run.id,
        resultsDirectory,
        output: join(directory, output),
        historyFile: join(dirname(resolve(root)), "allure-history.jsonl"),
      });
    },
  };
}
