import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandResult } from "../../base/command.ts";
import { chromium } from "../../report/html/chromium.ts";
import { inLab } from "./contract-lab.ts";
import { sabotageCounts } from "./sabotage-counts.ts";
import { runTool } from "./run-tool.ts";
import type { Step } from "./step.ts";
import { testCounts } from "./test-counts.ts";

/** Lists the steps of the check for the project in `root`, cheap ones first. */
export function checkSteps(root: string): Step[] {
  return [
    toolStep(root, "format", ["oxfmt", "--check", "."]),
    toolStep(root, "lint", ["oxlint", "--type-aware", "--deny-warnings", "."]),
    toolStep(root, "types", ["tsc", "-p", "."]),
    toolStep(root, "page-types", ["tsc", "-p", "lib/report/html/page"]),
    toolStep(root, "unused", ["knip", "--no-progress"]),
    {
      name: "unit",
      parallel: false,
      run: (signal) => vitest(root, "unit", (command) => runTool(root, command, { signal })),
    },
    {
      name: "browser",
      parallel: false,
      run: async (signal) => {
        chromium(process.env["PATH"]);
        return await vitest(root, "browser", (command) => runTool(root, command, { signal }));
      },
    },
    {
      name: "contract",
      parallel: false,
      run: (signal) => inLab(root, signal, (runInside) => vitest(root, "contract", runInside)),
    },
    { name: "sabotage", parallel: false, run: (signal) => sabotage(root, signal) },
    {
      name: "end-to-end",
      parallel: false,
      run: (signal) => vitest(root, "end-to-end", (command) => runTool(root, command, { signal })),
    },
  ];
}

/** A step that passes or fails as one. */
function toolStep(root: string, name: string, command: string[]): Step {
  return {
    name,
    parallel: true,
    async run(signal) {
      const { ok, output } = await runTool(root, command, { signal });
      return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, output };
    },
  };
}

/** Runs a vitest project through `run` and counts its tests. */
async function vitest(root: string, project: string, run: (command: string[]) => Promise<CommandResult>) {
  const directory = mkdtempSync(join(tmpdir(), "meshgate-check-"));
  const file = join(directory, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const program = join(root, "node_modules/.bin/vitest");
    const result = await run([program, "run", "--root", root, "--project", project, ...reporters]);
    return testCounts(readIfThere(file), result);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Tries a sample of the catalogue of faults, in no more labs than there are processors on a small machine. Its report stays: the next run plans by it. */
async function sabotage(root: string, signal: AbortSignal) {
  const sinceMs = Date.now();
  const result = await runTool(
    root,
    [process.execPath, join(root, "lib/cli/main.ts"), "sabotage", "--sample", "--labs", "2"],
    {
      signal,
    },
  );
  return sabotageCounts(readIfThere(join(root, "reports/sabotage.json")), { ...result, sinceMs });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
