import { afterEach, expect, test } from "vitest";
import { athens, nothingIsLeft } from "./test-cluster-api.ts";
import { lastLine, meshgate } from "./test-command.ts";

const suite = ["--context", athens, "--suite", "self-healing"];

afterEach(nothingIsLeft);

test("backends are deleted, rolled out and rolled back under traffic: nothing fails, and the results count requests and gaps", async () => {
  const run = await meshgate([...suite, "--disruptive"]);
  expect(run).toMatchObject({ exitCode: 0, stderr: "", results: { verdict: "passed", troubles: [] } });
  expect(lastLine(run)).toMatch(/^32 passed, 0 failed, 0 broken, 0 skipped in /);
  expect(run.stdout).toMatch(/rolled-back +8 passed .*\n    meanwhile \d+ requests, none failed, longest gap /);
  const throughout = run.results?.paths.filter(({ id }) => id.endsWith("-throughout")) ?? [];
  expect(throughout).toHaveLength(12);
  for (const { saw, timings } of throughout) {
    expect(saw).toMatch(/^\d+ requests, none failed, longest gap \d+ ms$/);
    expect(timings.longestGapMs).toBeGreaterThan(0);
  }
});

test("without --disruptive nothing is changed, and the skip says how to allow it", async () => {
  const run = await meshgate(suite);
  expect(run.results?.paths.map(({ verdict, reason }) => [verdict, reason])).toEqual(
    Array.from({ length: 2 }, () => ["skipped", "it deletes and rolls out its own pods; allow that with --disruptive"]),
  );
});
