import { expect, test } from "vitest";
import type { PathResult } from "./path-result.ts";
import { skipLines } from "./skip-lines.ts";

function skipped(scenario: string, reason: string, from: string, to = from): PathResult {
  return { scenario, reason, verdict: "skipped", from: { cluster: from }, to: { cluster: to } } as PathResult;
}

test("tells each reason once, with scenarios and places", () => {
  const lines = skipLines(
    [
      skipped("mesh/name", "there is no mesh", "athens"),
      skipped("mesh/name", "there is no mesh", "hurup"),
      skipped("mesh/share", "there is no mesh", "athens"),
      skipped("mesh/share", "there is no mesh", "hurup"),
      skipped("mesh/slices", "there is no mesh", "hurup"),
      skipped("pods/across", "they are not meant to talk", "athens", "hurup"),
    ],
    40,
  );
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "
    SKIPPED  there is no mesh
      mesh/name, mesh/share in athens, hurup
      mesh/slices in hurup

    SKIPPED  they are not meant to talk
      pods/across in athens -> hurup"
  `);
});

test("is silent when nothing was skipped", () => {
  expect(skipLines([{ verdict: "passed" } as PathResult], 80)).toEqual([]);
});
