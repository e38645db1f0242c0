import { expect, test } from "vitest";
import { newRunId } from "./run-id.ts";

test("a run's id sorts by time and fits into a namespace's name", () => {
  expect(newRunId(new Date("2026-11-21T02:34:12.345Z"))).toMatch(/^20261121-023412-[0-9a-f]{4}$/);
});
