import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pointLatest } from "./directory.ts";
import { jsonReporter } from "./json.ts";
import { readResults } from "./read-results.ts";
import { runSample } from "./sample-run.ts";
import { testDirectory } from "./test-directory.ts";

test("results are read from their file, from the directory of a run, and through what points to it", async () => {
  const root = testDirectory();
  mkdirSync(join(root, "run"));
  const written = await runSample([jsonReporter(join(root, "run"))]);
  pointLatest(root, "run");
  for (const place of ["run/results.json", "run", "latest"])
    expect(readResults(join(root, place)).results).toEqual(written);
  pointLatest(root, "run", () => {
    throw new Error("EPERM");
  });
  expect(readResults(join(root, "latest"))).toEqual({ file: join(root, "run/results.json"), results: written });
});

test.each([
  ["{", "is not a results.json of meshgate: it is not JSON."],
  ["[]", "is not a results.json of meshgate: it as a whole: Invalid input: expected object, received array."],
  ['{"version":1,"verdict":"fine"}', "is not a results.json of meshgate: verdict: Invalid option"],
  ['{"version":2}', "is of version 2, and this meshgate reads version 1."],
])("%j is refused", (text, message) => {
  const file = join(testDirectory(), "results.json");
  writeFileSync(file, text);
  expect(() => readResults(file)).toThrow(`${file} ${message}`);
  expect(() => readResults(file)).toThrow(expect.objectContaining({ kind: "configuration" }));
});

test("a place without results is named", () => {
  const directory = testDirectory();
  expect(() => readResults(directory)).toThrow(`There is no ${join(directory, "results.json")}.`);
  expect(() => readResults(join(directory, "nowhere"))).toThrow(`There is no ${join(directory, "nowhere")}.`);
});

test("fields that a newer meshgate has added are let pass", async () => {
  const directory = testDirectory();
  const written = await runSample([]);
  const newer = { ...written, later: 1, run: { ...written.run, later: 2 } };
  writeFileSync(join(directory, "results.json"), JSON.stringify(newer));
  expect(readResults(directory).results).toEqual(newer);
});

test("what is no regular file is not waited for", () => {
  expect(() => readResults("/dev/null")).toThrow("it is not a regular file");
});
