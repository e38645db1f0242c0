import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Diagnostic } from "../base/diagnostic.ts";
import { pointLatest } from "./directory.ts";
import { resultsText } from "./json.ts";
import { readResults } from "./read-results.ts";
import { runSample } from "./sample-run.ts";

const cwd = mkdtempSync(join(tmpdir(), "meshgate-results-"));
afterAll(() => rmSync(cwd, { recursive: true }));

test("a file, a directory, and the last run, by a link and by a file with its name", async () => {
  const results = await runSample([]);
  for (const run of ["reports/first", "reports/second"]) mkdirSync(join(cwd, run), { recursive: true });
  write("reports/first/results.json", resultsText(results));
  write("reports/second/results.json", resultsText({ ...results, run: { ...results.run, id: "second" } }));
  const idOf = (path: string) => read(path).run.id;
  expect(read("reports/first/results.json")).toEqual(JSON.parse(JSON.stringify(results)));
  expect(idOf("reports/second")).toBe("second");
  pointLatest(join(cwd, "reports"), "second");
  expect([idOf("latest"), idOf("reports/latest"), idOf("reports/latest/results.json")]).toEqual(
    Array(3).fill("second"),
  );
  pointLatest(join(cwd, "reports"), "first", () => {
    throw new Error("no links here");
  });
  expect([idOf("latest"), idOf("reports/latest")]).toEqual(["sample", "sample"]);
});

test("fields that a newer version has added are let pass", async () => {
  const results = await runSample([]);
  write("newer.json", JSON.stringify({ ...results, later: 1, run: { ...results.run, later: 2 } }));
  expect(read("newer.json").run.id).toBe("sample");
});

test("what is no results", async () => {
  const results = await runSample([]);
  mkdirSync(join(cwd, "empty"));
  write("text", "hello");
  write("cut.json", resultsText(results).slice(0, 500));
  write("nothing.json", "");
  write("list.json", "[]");
  write("package.json", '{ "name": "x", "version": "0.1.0" }');
  write("old.json", JSON.stringify({ ...results, version: 2 }));
  write("wrong.json", JSON.stringify({ ...results, paths: [{ id: 3 }], verdict: "fine" }));
  const names = ["absent", "empty", "/dev/null", "text", "cut.json", "nothing.json", "list.json", "package.json"];
  expect([...names, "old.json", "wrong.json"].map(refusal).join("\n\n")).toMatchInlineSnapshot(`
    "The baseline absent does not exist.
    Name the results.json of a run, the directory that it is in, or latest for the last run.

    The baseline empty is a directory without results.json.
    Name the results.json of a run, the directory that it is in, or latest for the last run.

    The baseline /dev/null is not a regular file.
    Name the results.json of a run, the directory that it is in, or latest for the last run.

    The baseline text is not JSON: Unexpected token 'h', "hello" is not valid JSON.
    Name the results.json of a run, the directory that it is in, or latest for the last run.

    The baseline cut.json is not JSON: Unexpected end of JSON input.
    Name the results.json of a run, the directory that it is in, or latest for the last run.

    The baseline nothing.json is not JSON: Unexpected end of JSON input.
    Name the results.json of a run, the directory that it is in, or latest for the last run.

    The baseline list.json is no results.json of meshgate (the file: Invalid input: expected object, received array).
    Name the results.json of a run, the directory that it is in, or latest for the last run.

    The baseline package.json is no results.json of meshgate (version: Invalid input: expected 1; verdict: Invalid option: expected one of "passed"|"findings"|"configuration"|"broken"|"uncovered"|"regressed"|"interrupted"; run: Invalid input: expected object, received undefined; and 5 more).
    Name the results.json of a run, the directory that it is in, or latest for the last run.

    The baseline old.json has version 2 of results, and this meshgate reads version 1.
    Make it again by a run of this meshgate.

    The baseline wrong.json is no results.json of meshgate (verdict: Invalid option: expected one of "passed"|"findings"|"configuration"|"broken"|"uncovered"|"regressed"|"interrupted"; paths.0.id: Invalid input: expected string, received number; paths.0.scenario: Invalid input: expected string, received undefined; and 14 more).
    Name the results.json of a run, the directory that it is in, or latest for the last run."
  `);
  expect(refusal("latest", "nowhere")).toMatchInlineSnapshot(`
    "The baseline latest does not exist: there is no run in nowhere yet.
    Name the results.json of a run, the directory that it is in, or latest for the last run."
  `);
});

function read(path: string, reportDir = "reports") {
  return readResults({ path, cwd, reportDir, what: "The baseline" });
}

function refusal(path: string, reportDir?: unknown): string {
  try {
    read(path, typeof reportDir === "string" ? reportDir : undefined);
  } catch (error) {
    if (!(error instanceof Diagnostic) || error.kind !== "configuration") throw error;
    return `${error.message}\n${error.cure}`;
  }
  throw new Error("nothing was wrong");
}

function write(name: string, text: string): void {
  writeFileSync(join(cwd, name), text);
}
