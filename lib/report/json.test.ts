import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { jsonReporter, resultsSchemaText, resultsText } from "./json.ts";
import { resultsSchema } from "./path-result.ts";
import { runSample, samplePath, sampleTrouble, startSample } from "./sample-run.ts";

test("the published schema is the schema of the code", () => {
  const published = readFileSync(join(import.meta.dirname, "../../reports/results.schema.json"), "utf8");
  expect(published, "out of step: run `node lib/report/publish-schema.ts`").toBe(resultsSchemaText());
});

test("the file holds the results, one line per path", async () => {
  const directory = temporaryDirectory();
  const results = await runSample([jsonReporter(directory)]);
  expect(read(directory)).toEqual(results);
  expect(readText(directory)).toBe(resultsText(results));
  expect(
    readText(directory)
      .split("\n")
      .filter((line) => line.startsWith('    {"')),
  ).toHaveLength(6);
  expect(readdirSync(directory)).toEqual(["results.json"]);
});

test("there is a file before anything was looked at, and it has not passed", () => {
  const directory = temporaryDirectory();
  startSample([jsonReporter(directory)]);
  expect(read(directory)).toMatchObject({ verdict: "interrupted", paths: [] });
});

test("a failed set-up leaves its trouble", async () => {
  const directory = temporaryDirectory();
  const report = startSample([jsonReporter(directory)]);
  report.troubleFound(sampleTrouble);
  await report.finish("completed");
  expect(read(directory)).toMatchObject({
    verdict: "broken",
    run: { exitCode: 3 },
    troubles: [sampleTrouble],
    paths: [],
  });
});

test("results that arrive together are written together", async () => {
  const directory = temporaryDirectory();
  const report = startSample([jsonReporter(directory, { flushIntervalMs: 3_600_000 })]);
  for (let n = 0; n < 100; n++) report.pathFinished(samplePath({ id: `p/${n}` }));
  expect(read(directory).paths).toHaveLength(0);
  await report.finish("completed");
  expect(read(directory).paths).toHaveLength(100);
});

test("the file is whole at any moment, also after the writer was killed", async () => {
  const directory = temporaryDirectory();
  const url = (file: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, file)).href);
  const writer = spawn(
    process.execPath,
    [
      "--input-type=module-typescript",
      "--eval",
      `
    import { jsonReporter } from ${url("json.ts")};
    import { samplePath, startSample } from ${url("sample-run.ts")};
    const report = startSample([jsonReporter(${JSON.stringify(directory)}, { flushIntervalMs: 0 })]);
    console.log("started");
    for (let n = 0; ; n++) report.pathFinished(samplePath({ id: "p/" + n }));
  `,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => void writer.kill("SIGKILL"));
  await once(writer.stdout, "data");

  const exited = once(writer, "exit");
  let seen = 0;
  while (seen < 500) seen = read(directory).paths.length;
  writer.kill("SIGKILL");
  expect(await exited).toEqual([null, "SIGKILL"]);
  const left = read(directory);
  expect(left).toMatchObject({ verdict: "interrupted", summary: { passed: left.paths.length } });
  expect(left.paths.length).toBeGreaterThanOrEqual(seen);
});

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "meshgate-json-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

function readText(directory: string): string {
  return readFileSync(join(directory, "results.json"), "utf8");
}

function read(directory: string) {
  return resultsSchema.parse(JSON.parse(readText(directory)));
}
