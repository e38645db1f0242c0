import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { chromium } from "./chromium.ts";

test("the first Chromium on the PATH is taken, and no file that cannot be run", () => {
  const directory = mkdtempSync(join(tmpdir(), "meshgate-path-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "chromium"), "", { mode: 0o644 });
  writeFileSync(join(directory, "google-chrome"), "", { mode: 0o755 });
  expect(chromium(["/nowhere", directory].join(delimiter))).toBe(join(directory, "google-chrome"));
});

test("without one, the error tells how to get it", () => {
  expect(() => chromium("/nowhere")).toThrow(
    expect.objectContaining({ kind: "broken", cure: "Install it: apt-get install --yes chromium" }),
  );
});
