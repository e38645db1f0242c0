import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { readReportHistory, reportName } from "./report-history.ts";

let file = "";
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), "meshgate-history-"));
  file = join(directory, "allure-history.jsonl");
  onTestFinished(() => rmSync(directory, { recursive: true }));
});

test("runs stand in the order in which they began, however late and often their reports are made", () => {
  for (const run of ["20261103-1", "20261101-1", "20261102-1", "20261103-1"])
    readReportHistory(file, run).keep(line(reportName(run)));
  expect(names()).toEqual(["meshgate 20261101-1", "meshgate 20261102-1", "meshgate 20261103-1"]);
});

test("a report sees the runs before its own, and not itself nor later ones", () => {
  for (const run of ["20261101-1", "20261102-1", "20261103-1"])
    readReportHistory(file, run).keep(line(reportName(run)));
  const { earlier } = readReportHistory(file, "20261102-1");
  expect(earlier).toBe(`${line("meshgate 20261101-1", 1000)}\n`);
});

test("the name of a job behind that of the run makes no second run of it", () => {
  readReportHistory(file, "20261101-1").keep(line("meshgate 20261101-1 – nightly"));
  readReportHistory(file, "20261101-1").keep(line("meshgate 20261101-1 – by hand"));
  expect(names()).toEqual(["meshgate 20261101-1 – by hand"]);
});

test("the newest ten are kept", () => {
  for (let day = 10; day < 25; day++) readReportHistory(file, `202611${day}-1`).keep(line(`meshgate 202611${day}-1`));
  expect(names()).toEqual(Array.from({ length: 10 }, (_, index) => `meshgate 202611${index + 15}-1`));
});

test("reports that were made elsewhere stay, and what cannot be read does not", () => {
  writeFileSync(file, `${line("another project")}\n{"name":\n\nnull\n`);
  readReportHistory(file, "20261101-1").keep(line("meshgate 20261101-1"));
  expect(names()).toEqual(["another project", "meshgate 20261101-1"]);
});

test("a line is dated by its run and holds no more than the beginning of what was found", () => {
  readReportHistory(file, "20261101-1").keep(line("meshgate 20261101-1"));
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
    name: "meshgate 20261101-1",
    timestamp: 1000,
    testResults: { a: { start: 2000, message: "2 of 3 paths broke the claim" }, b: { start: 1000 } },
  });
});

test("what cannot be read at all is told", () => {
  expect(() => readReportHistory(join(file, ".."), "20261101-1")).toThrow(/EISDIR/);
});

/** A line as Allure writes it, or as it is kept when it is dated by the run. */
function line(name: string, keptAtMs?: number): string {
  const message = "2 of 3 paths broke the claim";
  const results =
    keptAtMs === undefined
      ? { a: { start: 2000, message: `${message}\n- a\n- b`, trace: "long" }, b: { start: 1000 } }
      : { a: { start: 2000, message }, b: { start: 1000 } };
  return JSON.stringify({ name, timestamp: keptAtMs ?? 9_999_999, testResults: results });
}

function names(): string[] {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((each) => (JSON.parse(each) as { name: string }).name);
}
