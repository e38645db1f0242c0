import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Diagnostic } from "../base/diagnostic.ts";
import type { PathResult } from "../report/path-result.ts";
import { samplePath, startSample } from "../report/sample-run.ts";
import { diff } from "./diff.ts";

const root = mkdtempSync(join(tmpdir(), "meshgate-diff-"));
afterAll(() => rmSync(root, { recursive: true }));

const healthy = await resultsIn("healthy", [samplePath({ id: "pods/x/a" }), samplePath({ id: "pods/x/b" })]);
const worse = await resultsIn("worse", [
  samplePath({ id: "pods/x/a", verdict: "failed", saw: "<timeout>", attempts: { total: 1, asExpected: 0 } }),
  samplePath({ id: "pods/x/b" }),
]);
const less = await resultsIn("less", [samplePath({ id: "pods/x/a" })]);

test.each([
  [[healthy, healthy], 0],
  [[healthy, worse], 5],
  [[worse, healthy], 0],
  [[healthy, less], 4],
  [[worse, less], 4],
  [[less, worse], 5],
  [[healthy, worse, "--fail-on", "uncovered"], 0],
  [[healthy, less, "--fail-on=none"], 0],
  [[less, healthy, "--fail-on", "new"], 5],
])("%s: exit code %i", async (args, exitCode) => {
  expect((await run(...args)).exitCode).toBe(exitCode);
});

test("as text, Markdown, JSON and HTML, also into a file", async () => {
  expect((await run(healthy, worse)).printed).toMatchInlineSnapshot(`
    "BASELINE  run healthy of 2026-11-21T09:00:00.100Z, passed: 2 paths compared by id
      regressed: 1 path worse than in the baseline
        pods/x/a
          <timeout>
    "
  `);
  expect((await run(healthy, worse, "--format", "markdown")).printed).toMatchInlineSnapshot(`
    "# meshgate: what changed in \`worse\`

    - with \`healthy\` of 2026-11-21T09:00:00.100Z (passed): 2 paths compared; these keep it from passing: regressed, uncovered
    - **regressed** \`pods/x/a\`: \\<timeout\\>
    "
  `);
  expect(JSON.parse((await run(healthy, worse, "--format", "json")).printed)).toMatchObject({
    baseline: { paths: 2 },
    changes: [{ change: "regressed", id: "pods/x/a" }],
  });
  const output = join(root, "new/diff.html");
  const { printed, exitCode } = await run(healthy, worse, "--format", "html", "--output", output);
  expect({ printed, exitCode }).toEqual({ printed: `wrote ${output}\n`, exitCode: 5 });
  expect(readFileSync(output, "utf8")).toContain("&lt;timeout&gt;");
});

test("what is wrong is told before anything is written", async () => {
  expect(await refusal()).toContain("two runs are compared, and 0 are named");
  expect(await refusal(healthy)).toContain("two runs are compared, and 1 is named");
  expect(await refusal(healthy, worse, less)).toContain("two runs are compared, and 3 are named");
  expect(await refusal(healthy, join(root, "absent"))).toContain(`There is no ${join(root, "absent")}.`);
  expect(await refusal(healthy, worse, "--fail-on", "fixed")).toContain("It must be none, or some of regressed");
  expect(await refusal(healthy, worse, "--format", "pdf")).toContain("Allowed choices are text, markdown, json, html");
  expect(await refusal(healthy, worse, "--output", "/dev/null/x")).toContain("cannot be written");
});

async function resultsIn(name: string, paths: PathResult[]): Promise<string> {
  const report = startSample([]);
  paths.forEach(report.pathFinished);
  const results = await report.finish("completed");
  mkdirSync(join(root, name));
  const facts = { ...results.run, id: name };
  writeFileSync(join(root, name, "results.json"), JSON.stringify({ ...results, run: facts }));
  return join(root, name);
}

async function run(...args: string[]): Promise<{ exitCode: number; printed: string }> {
  let printed = "";
  const exitCode = await diff(["--no-color", ...args], (text) => (printed += text));
  return { exitCode, printed };
}

async function refusal(...args: string[]): Promise<string> {
  try {
    await diff(args, () => {});
  } catch (error) {
    if (!(error instanceof Diagnostic) || error.kind !== "configuration") throw error;
    return `${error.message}\n${error.cure}`;
  }
  throw new Error("nothing was wrong");
}
