import { execFile } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { runSample, samplePath, startSample } from "../sample-run.ts";
import { historyEntry, historyLine, mostLineBytes } from "./history-entry.ts";
import { appendLine, historyReporter } from "./history-reporter.ts";
import { readHistory } from "./read-history.ts";

const root = mkdtempSync(join(tmpdir(), "meshgate-history-"));
afterAll(() => rmSync(root, { recursive: true }));

test("a run is one line, which reads as what it was", async () => {
  await runSample([historyReporter(root)]);
  const text = readFileSync(join(root, "history.jsonl"), "utf8");
  expect(text).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(text)).toMatchInlineSnapshot(`
    {
      "contexts": [
        "kind-region-athens",
        "kind-region-hurup",
      ],
      "durationMs": 400,
      "exitCode": 1,
      "lab": true,
      "run": "sample",
      "scenarios": {
        "dns/pod-names": {
          "broken": 0,
          "failed": 0,
          "flaps": 0,
          "passed": 0,
          "skipped": 1,
        },
        "pods/pod-to-pod": {
          "broken": 0,
          "failed": 2,
          "flaps": 1,
          "p50Ms": 2,
          "p95Ms": 2,
          "passed": 1,
          "skipped": 0,
        },
        "services/nodeport": {
          "broken": 1,
          "failed": 1,
          "flaps": 0,
          "passed": 0,
          "skipped": 0,
        },
      },
      "startedAt": "2026-11-21T09:00:00.100Z",
      "summary": {
        "broken": 2,
        "failed": 3,
        "passed": 1,
        "skipped": 1,
      },
      "verdict": "findings",
      "version": 1,
      "versions": {
        "kubernetes": [
          "v1.36.2",
        ],
        "meshgate": "0.1.0",
      },
    }
  `);
  expect(readHistory(join(root, "history.jsonl")).entries).toEqual([JSON.parse(text)]);
});

test("percentiles are over all answers of paths that passed; known issues are no findings", async () => {
  const timed = (id: string, latenciesMs: number[]) => samplePath({ id, timings: { totalMs: 1, latenciesMs } });
  const report = startSample([]);
  report.pathFinished(timed("a", [1, 2, 3, 4, 5, 6, 7, 8, 9]));
  report.pathFinished(timed("b", [100]));
  report.pathFinished(
    samplePath({
      id: "c",
      timings: { totalMs: 1, latenciesMs: [5000] },
      way: { rung: "pod", denial: true, backends: [], eachBackend: false },
    }),
  );
  report.pathFinished(
    samplePath({ id: "d", verdict: "failed", known: { id: "d", reason: "x", expires: "2030-01-01" } }),
  );
  expect(historyEntry(await report.finish("completed")).scenarios).toEqual({
    "pods/pod-to-pod": { passed: 3, failed: 0, broken: 0, skipped: 0, known: 1, flaps: 0, p50Ms: 5, p95Ms: 100 },
  });
});

test("a line is bounded, and says what it had no room for", async () => {
  const report = startSample([]);
  for (let number = 0; number < 2000; number++)
    report.pathFinished(samplePath({ id: `p/${number}`, scenario: `suite/${"s".repeat(40)}-${number}` }));
  const line = historyLine(historyEntry(await report.finish("completed")));
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(mostLineBytes);
  writeFileSync(join(root, "long.jsonl"), line);
  const [entry] = readHistory(join(root, "long.jsonl")).entries;
  expect(Object.keys(entry?.scenarios ?? {}).length + (entry?.leftOut ?? 0)).toBe(2000);
});

test("lines that cannot be read cost themselves only, and are told", async () => {
  const file = join(root, "torn.jsonl");
  const entry = historyEntry(await runSample([]));
  appendLine(file, historyLine({ ...entry, run: "first" }));
  appendFileSync(file, `{"version":1,"run":"torn`);
  appendLine(file, historyLine({ ...entry, run: "second", startedAt: "2026-11-20T09:00:00.000Z" }));
  appendFileSync(file, `\n[]\n{"version":2}\n\n`);
  appendLine(file, historyLine({ ...entry, run: "second", startedAt: "2026-11-20T09:00:00.000Z" }));
  const { entries, remarks } = readHistory(file);
  expect(entries.map(({ run }) => run)).toEqual(["second", "first"]);
  expect(remarks).toEqual([`Lines 2, 5, 6 of ${file} cannot be read and are left out.`]);
  expect(() => readHistory(join(root, "absent"))).toThrow("There is no history");
  expect(() => readHistory(root)).toThrow(/cannot be read \(EISDIR\)/);
});

test("processes that append at the same time do not tear each other's lines", async () => {
  const file = join(root, "many.jsonl");
  const module = join(import.meta.dirname, "history-reporter.ts");
  const program = `
    const { appendLine } = await import(${JSON.stringify(module)});
    for (let number = 0; number < 200; number++)
      appendLine(${JSON.stringify(file)}, JSON.stringify([process.argv[1], number, "x".repeat(30_000)]) + "\\n");
  `;
  const run = promisify(execFile);
  await Promise.all(
    ["a", "b", "c", "d"].map((name) => run(process.execPath, ["--input-type=module", "-e", program, name])),
  );
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  const seen = lines.map((line) => (JSON.parse(line) as unknown[]).slice(0, 2).join(" "));
  expect(seen.toSorted()).toEqual(
    ["a", "b", "c", "d"].flatMap((name) => Array.from({ length: 200 }, (_, number) => `${name} ${number}`)).toSorted(),
  );
});
