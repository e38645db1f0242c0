import { expect, test } from "vitest";
import { distrust } from "./distrust.ts";
import { samplePath, samplePaths } from "./sample-run.ts";

const attempt = { outcome: "refused", asExpected: false, startedAtMs: 0, durationMs: 0.2 } as const;

test("results that bear out their verdict stay as they are", () => {
  for (const path of samplePaths) expect(distrust(path)).toBe(path);
});

test.each([
  ["a fast refusal", { outcome: "refused", attempts: { total: 1, asExpected: 0, last: attempt } }],
  ["a last attempt that was refused", { attempts: { total: 3, asExpected: 2, last: attempt } }],
  ["no attempt at all", { attempts: { total: 0, asExpected: 0 } }],
  ["an answer that was lost", { outcome: "not-run" }],
] as const)("%s is never passed, but broken", (_, fields) => {
  const path = distrust(samplePath({ id: "a", ...fields }));
  expect(path.verdict).toBe("broken");
  expect(path.reason).toMatch(/^the result contradicts itself: it is called passed, but/);
});

test("a flap is never passed, but failed", () => {
  expect(distrust(samplePath({ id: "a", flap: true })).verdict).toBe("failed");
});

test("nobody breaks a claim without having asked", () => {
  const path = distrust(samplePath({ id: "a", verdict: "failed", outcome: "not-run" }));
  expect(path).toMatchObject({
    verdict: "broken",
    reason: expect.stringContaining("it is called failed, but was never asked"),
  });
});

test.each(["broken", "skipped"] as const)("a result that is %s without a reason is broken", (verdict) => {
  const path = distrust(samplePath({ id: "a", verdict }));
  expect(path).toMatchObject({ verdict: "broken", reason: expect.stringContaining("no reason was given") });
});
