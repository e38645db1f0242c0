import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Makes a directory that is gone when the test has ended. */
export function testDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "meshgate-report-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}
