import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { writeAtomically } from "./write-atomically.ts";

const directory = mkdtempSync(join(tmpdir(), "meshgate-write-"));
afterEach(() => rmSync(directory, { recursive: true }));

test("the file holds the last text and nothing else is left, also after a failed write", () => {
  writeAtomically(join(directory, "a.json"), "one");
  writeAtomically(join(directory, "a.json"), "two");
  mkdirSync(join(directory, "b.json"));
  expect(() => writeAtomically(join(directory, "b.json"), "three")).toThrow(/EISDIR|EEXIST/);
  expect(readdirSync(directory).toSorted()).toEqual(["a.json", "b.json"]);
  expect(readFileSync(join(directory, "a.json"), "utf8")).toBe("two");
});
