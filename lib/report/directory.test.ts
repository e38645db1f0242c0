import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { pointLatest, reportDirectory } from "./directory.ts";

let root = "";
beforeEach(() => {
  const base = mkdtempSync(join(tmpdir(), "meshgate-reports-"));
  root = join(base, "reports");
  onTestFinished(() => rmSync(base, { recursive: true }));
});

test("every run has a directory of its own and latest points to the newest", () => {
  const names = ["monday", "monday", "tuesday", "monday"].map((runId) => reportDirectory({ root, runId }));
  expect(names).toEqual(["monday", "monday-2", "tuesday", "monday-3"].map((name) => join(root, name)));
  expect(readlinkSync(join(root, "latest"))).toBe("monday-3");
  expect(readdirSync(root).toSorted()).toEqual(["latest", "monday", "monday-2", "monday-3", "tuesday"]);
});

test("without symbolic links latest is a text file with the name", () => {
  mkdirSync(root);
  const refuse = () => {
    throw Object.assign(new Error("EPERM"), { code: "EPERM" });
  };
  pointLatest(root, "one", refuse);
  pointLatest(root, "two", refuse);
  expect(readFileSync(join(root, "latest"), "utf8")).toBe("two\n");
  pointLatest(root, "three");
  expect(readlinkSync(join(root, "latest"))).toBe("three");
  expect(readdirSync(root)).toEqual(["latest"]);
});

test("a reports directory that cannot be made is a mistake in the configuration", () => {
  writeFileSync(root, "a file");
  expect(() => reportDirectory({ root, runId: "a" })).toThrow(
    expect.objectContaining({
      kind: "configuration",
      message: `The reports directory ${root} cannot be written (EEXIST).`,
      cure: "Make it writable, or choose another one.",
    }),
  );
});
