import { expect, test } from "vitest";
import { effectiveConfiguration } from "./config/effective-configuration.ts";
import { runOptions } from "./effective-options.ts";

const flags = { list: false, dryRun: false, keep: false, color: true };

test.each([
  [undefined, "mirror.example/hub/library/node:24-alpine"],
  ["node:24", "mirror.example/hub/library/node:24"],
  ["node", "mirror.example/hub/library/node"],
  ["team/node:24", "mirror.example/hub/team/node:24"],
  ["docker.io/node:24", "mirror.example/hub/library/node:24"],
  ["docker.io/team/node@sha256:00", "mirror.example/hub/team/node@sha256:00"],
  ["ghcr.io/team/node:24", "ghcr.io/team/node:24"],
  ["localhost/node:24", "localhost/node:24"],
  ["local:5000/node:24", "local:5000/node:24"],
])("a registry stands in for Docker Hub: %s", (image, mirrored) => {
  const configuration = effectiveConfiguration(
    { registry: "mirror.example/hub" },
    image === undefined ? {} : { image },
  );
  expect(runOptions(configuration, flags).image).toBe(mirrored);
});

test("durations, contexts and expectations, as the engine takes them", () => {
  const configuration = effectiveConfiguration(
    {
      contexts: ["a", { name: "b", context: "B" }],
      expectations: [{ from: "*", to: "b", expect: "denied" }],
      thresholds: { loadBalancer: "1m30s", failOver: "500ms", roundTrip: "90ms", settle: "1s" },
      timeout: "1h",
      tolerations: [{ key: "x", value: "y" }],
      ports: [{ name: "metrics", at: "every-node", port: 9100, expect: "silent" }],
    },
    {},
  );
  const options = runOptions(configuration, flags);
  expect(options).toMatchObject({
    contexts: ["a", "B"],
    timeoutMs: 3_600_000,
    settleMs: 1000,
    tolerations: [{ key: "x", operator: "Equal", value: "y" }],
    settings: {
      loadBalancerLimitMs: 90_000,
      failOverLimitMs: 500,
      roundTripLimitMs: 90,
      expectations: [{ from: "a", to: "B", expect: "denied" }],
    },
  });
  expect(options.settings.ports).toContainEqual({ name: "metrics", at: "every-node", port: 9100, expect: "silent" });
});
