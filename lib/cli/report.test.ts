import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fileReporter } from "../report/file-reporter.ts";
import { jsonReporter } from "../report/json.ts";
import { runSample, samplePath, startSample } from "../report/sample-run.ts";
import { sampleDiagnosis } from "../report/test-diagnosis.ts";
import { writers } from "../report/writers.ts";
import { report } from "./report.ts";

test("what is made again from results.json is what the run wrote, to the byte", async () => {
  const run = directory();
  await runSample([jsonReporter(run), ...writers.map((writer) => fileReporter(writer, run))], sampleDiagnosis);
  const again = join(directory(), "deep", "down");
  let printed = "";
  expect(await report([run, "--output", again], (text) => (printed += text))).toBe(0);
  const names = writers.map(({ output }) => output);
  expect(readdirSync(again).toSorted()).toEqual([...names, "allure-results", "allure.html"].toSorted());
  for (const name of names) expect(readFileSync(join(again, name), "utf8")).toBe(readFileSync(join(run, name), "utf8"));
  expect(printed).toBe([...names, "allure.html"].map((output) => `wrote ${join(again, output)}\n`).join(""));
  expect(readdirSync(join(run, ".."))).toContain("allure-history.jsonl");
});

test("a run that was killed leaves every report, and they can be made again, too", async () => {
  const run = directory();
  const reporters = writers.map((writer) => fileReporter({ ...writer, everyMs: 0 }, run));
  startSample([jsonReporter(run, { flushIntervalMs: 0 }), ...reporters]).pathFinished(samplePath({ id: "a" }));
  const read = (name: string) => readFileSync(join(run, name), "utf8");
  expect(read("summary.md")).toContain("# meshgate: interrupted");
  expect(read("junit.xml")).toContain('<property name="verdict" value="interrupted"/>');
  await report([join(run, "results.json")], () => {});
  expect(read("summary.md")).toContain("# meshgate: interrupted");
});

test("only the formats that are named are made", async () => {
  const run = directory();
  await runSample([jsonReporter(run)]);
  await report([run, "--format", "summary"], () => {});
  expect(readdirSync(run).toSorted()).toEqual(["results.json", "summary.md"]);
});

test.each([
  [["--format", "pdf"], /It must be one of .*junit/],
  [["somewhere", "--output", " "], /It must not be empty/],
  [["no/such/run"], /There is no no\/such\/run/],
  [["one", "two"], /two belongs to no option/],
])("%j is refused", async (args, message) => {
  await expect(report(args, () => {})).rejects.toMatchObject({
    kind: "configuration",
    message: expect.stringMatching(message),
  });
});

test("a directory that cannot be made is named", async () => {
  const run = directory();
  await runSample([jsonReporter(run)]);
  writeFileSync(join(run, "file"), "");
  await expect(report([run, "--output", join(run, "file", "x")], () => {})).rejects.toMatchObject({
    kind: "configuration",
    message: `${join(run, "file", "x", "junit.xml")} cannot be written (ENOTDIR).`,
  });
});

/** A directory of a run, in one of its own. */
function directory(): string {
  const root = mkdtempSync(join(tmpdir(), "meshgate-remade-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const made = join(root, "run");
  mkdirSync(made);
  return made;
}
