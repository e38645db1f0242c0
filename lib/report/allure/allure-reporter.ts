import { join } from "node:path";
import type { Reporter } from "../reporter.ts";

/** Directory of what Allure reads, below that of a run's reports. */
export const allureResults = "allure-results";

/**
 * Writes `allure-results` into a directory that exists, when the run has ended. What keeps Allure alone from being written is told by `warn`
 * and changes nothing else: results.json has all of it, and Allure can be made from that.
 */
export function allureReporter(directory: string, warn: (text: string) => void): Reporter {
  return {
    name: allureResults,
    async runFinished(results) {
      try {
        // The packages behind it take their time to load, which no run shall wait for at its start.
        const { renderAllure } = await import("./render-allure.ts");
        renderAllure(results, join(directory, allureResults));
      } catch (error) {
        const message = error instanceof Error ? error.message : "unknown error";
        warn(
          `\n${allureResults} cannot be written: ${message}\nMake it again: npm run report -- ${join(directory, "results.json")}\n`,
        );
      }
    },
  };
}
