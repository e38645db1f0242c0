import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runSample } from "../report/sample-run.ts";
import { renderSummary } from "../report/summary.ts";
import { appendStepSummary } from "./step-summary.ts";

test("the summary is appended to what the step says already", async () => {
  const file = join(directory(), "summary");
  writeFileSync(file, "before\n");
  const results = await runSample([]);
  appendStepSummary(results, { env: { GITHUB_STEP_SUMMARY: file }, write: failing });
  expect(readFileSync(file, "utf8")).toBe(`before\n\n${renderSummary(results)}`);
});

test("a file that cannot be written is told, and that is all", async () => {
  const results = await runSample([]);
  let printed = "";
  const place = directory();
  appendStepSummary(results, { env: { GITHUB_STEP_SUMMARY: place }, write: (text) => (printed += text) });
  expect(printed).toBe(`the summary of this step cannot be written to ${place} (EISDIR); summary.md has it\n`);
  appendStepSummary(results, { env: {}, write: failing });
});

function failing(text: string): void {
  throw new Error(text);
}

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), "meshgate-step-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}
