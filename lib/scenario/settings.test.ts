import { expect, test } from "vitest";
import { defaultSettings, expectedBetween } from "./settings.ts";

test("a pair that nobody names is expected to talk, in each direction by itself, and the last word counts", () => {
  const settings = {
    ...defaultSettings,
    expectations: [
      { from: "a", to: "b", expect: "reachable" as const },
      { from: "a", to: "b", expect: "denied" as const },
    ],
  };
  expect(expectedBetween(settings, "a", "b")).toBe("denied");
  expect(expectedBetween(settings, "b", "a")).toBe("reachable");
});
