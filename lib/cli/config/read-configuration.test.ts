import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readConfiguration, standardFile } from "./read-configuration.ts";

const cwd = mkdtempSync(join(tmpdir(), "meshgate-config-"));
afterAll(() => rmSync(cwd, { recursive: true }));

test("the standard file may be absent, a named one may not", () => {
  expect(readConfiguration({ cwd }).values).toEqual({});
  writeFileSync(join(cwd, standardFile), "timeout: 1m\n");
  expect(readConfiguration({ cwd })).toMatchObject({ name: standardFile, values: { timeout: "1m" } });
  expect(() => readConfiguration({ path: "other.yaml", cwd })).toThrow(
    "The configuration file other.yaml does not exist.",
  );
});

test("a named file takes the place of the standard one", () => {
  writeFileSync(join(cwd, standardFile), "timeout: 1m\n");
  writeFileSync(join(cwd, "mine.yaml"), "maxNodes: 3\n");
  expect(readConfiguration({ path: "mine.yaml", cwd }).values).toEqual({ maxNodes: 3 });
  expect(readConfiguration({ path: "/dev/null", cwd }).values).toEqual({});
});

test("what is no file of text", () => {
  mkdirSync(join(cwd, "directory"));
  execFileSync("mkfifo", [join(cwd, "pipe")]);
  writeFileSync(join(cwd, "binary"), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff]));
  writeFileSync(join(cwd, "zeros"), "\0\0");
  writeFileSync(join(cwd, "big"), "#".repeat(10_000_000));
  const refusal = (path: string) => {
    try {
      return readConfiguration({ path, cwd }).name;
    } catch (error) {
      return (error as Error).message.replace(`The configuration file ${path} `, "");
    }
  };
  expect(["directory", "pipe", "binary", "zeros", "big", "mine.yaml/x"].map(refusal)).toEqual([
    "is not a regular file.",
    "is not a regular file.",
    "is not text in UTF-8.",
    "is not text in UTF-8.",
    "is larger than 1 MB.",
    "cannot be read (ENOTDIR).",
  ]);
});
