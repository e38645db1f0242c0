import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { cached, pageScript } from "./page-script.ts";

let directory: string;
let source: string;
let builds: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "meshgate-page-script-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  source = join(directory, "source.ts");
  builds = 0;
});

test("the page's script is one that imports nothing", async () => {
  const script = await pageScript();
  expect(script).not.toMatch(/\b(?:import|require)\s*\(|^\s*import\b/);
  expect(script.length).toBeGreaterThan(5000);
  expect(script.length).toBeLessThan(40_000);
});

test("it is built once, and again when a file of it has changed or is gone", async () => {
  writeFileSync(source, "1");
  await expect(built()).resolves.toBe("build 1");
  await expect(built()).resolves.toBe("build 1");
  writeFileSync(source, "2");
  await expect(built()).resolves.toBe("build 2");
  rmSync(source);
  await expect(built()).resolves.toBe("build 3");
});

test("a cache that was copied with the tree names the files of the copy", async () => {
  await cached(directory);
  const { files } = JSON.parse(readFileSync(join(directory, "page-script.json"), "utf8")) as { files: object };
  expect(Object.keys(files)).toEqual(expect.arrayContaining(["start.ts", "show-paths.ts", "../tally.ts"]));
  expect(Object.keys(files).filter((name) => name.startsWith("/"))).toEqual([]);
});

test("a cache that cannot be read or written is no reason to fail", async () => {
  writeFileSync(source, "1");
  writeFileSync(join(directory, "page-script.json"), "{");
  await expect(built()).resolves.toBe("build 1");
  const file = join(directory, "file");
  writeFileSync(file, "");
  await expect(built(join(file, "below"))).resolves.toBe("build 2");
});

function built(cache = directory): Promise<string> {
  return cached(cache, async (hashOf) => {
    builds += 1;
    return Promise.resolve({ files: { [source]: hashOf(source) ?? "" }, code: `build ${builds}` });
  });
}
