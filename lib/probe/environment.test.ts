import { afterEach, expect, it, vi } from "vitest";
import { probeEnvironment } from "./environment.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

it("the environment is what the prefix selects, in the order of the names", async () => {
  vi.stubEnv("ECHO_SERVICE_PORT", "80");
  vi.stubEnv("ECHO_SERVICE_HOST", "10.96.0.20");
  vi.stubEnv("OTHER_SERVICE_HOST", "10.96.0.30");
  const seen = await probeEnvironment({ kind: "environment", prefix: "ECHO_", timeoutMs: 1000 });
  expect(seen.outcome).toBe("answered");
  expect(Object.entries(seen.environment ?? {})).toEqual([
    ["ECHO_SERVICE_HOST", "10.96.0.20"],
    ["ECHO_SERVICE_PORT", "80"],
  ]);
  const none = await probeEnvironment({ kind: "environment", prefix: "NO_SUCH_PREFIX_", timeoutMs: 1000 });
  expect(none).toMatchObject({ outcome: "answered", environment: {} });
});
