import { expect, test } from "vitest";
import { painter } from "../base/colour.ts";
import { explainedBy } from "./explained.ts";
import { findingBlocks } from "./finding-blocks.ts";
import type { Cause, PathResult } from "./path-result.ts";
import { samplePath, samplePaths } from "./sample-run.ts";
import { sampleDiagnosis } from "./test-diagnosis.ts";

const layout = { width: 100, paint: painter(false) };
const failed = { verdict: "failed", outcome: "timeout" } as const;
const kinds = ["a", "b", "c", "d"].flatMap((group) =>
  [1, 2, 3, 4, 5].map((n) => samplePath({ id: `pods/${group}/${n}`, group, ...failed })),
);
const idsOf = (blocks: string[][]) =>
  blocks.flatMap((lines) => lines.filter((line) => line.startsWith("  id ")).map((line) => line.slice(12)));

function blocksOf(paths: PathResult[], ...explains: Partial<Cause>[]): string[][] {
  const [sample] = sampleDiagnosis.causes;
  if (!sample) throw new Error("no cause");
  const causes = explains.map((each) => ({ ...sample, ...each }));
  return findingBlocks(paths, explainedBy({ ...sampleDiagnosis, causes }), layout);
}

test("without a diagnosis, and with one that explains nothing, the first three of each kind are shown", () => {
  const ids = kinds.filter(({ id }) => /[123]$/.test(id)).map(({ id }) => id);
  expect(idsOf(findingBlocks(kinds, explainedBy(undefined), layout))).toEqual(ids);
  expect(idsOf(blocksOf(kinds))).toEqual(ids);
});

test("of what one cause explains, two kinds have an example and the others a line", () => {
  const blocks = blocksOf(kinds, { explains: kinds.map(({ id }) => id) });
  expect(idsOf(blocks)).toEqual(["pods/a/1", "pods/b/1"]);
  expect(blocks.slice(1).filter((lines) => !lines[0]?.includes("BROKEN CLAIM"))).toEqual([
    ["  and 4 more like these: see results.json"],
    ["  and 4 more like these: see results.json"],
    [
      "  by cause 1, too, see results.json:",
      "    pods/pod-to-pod  c: 5 paths, timeout",
      "    pods/pod-to-pod  d: 5 paths, timeout",
    ],
  ]);
});

test("what no cause explains is never hidden behind what one does", () => {
  const [first, ...others] = kinds;
  const blocks = blocksOf([...others, ...(first ? [first] : [])], { explains: others.map(({ id }) => id) });
  expect(idsOf(blocks)).toEqual(["pods/a/2", "pods/b/1", "pods/a/1"]);
  expect(blocks.at(-1)?.join("\n")).not.toContain("cause");
});

test("a cause of low confidence, and two that explain the same, hide nothing", () => {
  const explains = kinds.map(({ id }) => id);
  const shown = idsOf(blocksOf(kinds));
  expect(idsOf(blocksOf(kinds, { explains, confidence: "low" }))).toEqual(shown);
  const both = blocksOf(kinds, { explains }, { explains });
  expect(idsOf(both)).toEqual(shown);
  expect(both[0]).toContain("  cause     1, 2");
});

test("every failed and broken path is shown or counted", () => {
  const text = findingBlocks([...kinds, ...samplePaths], explainedBy(sampleDiagnosis), layout)
    .flat()
    .join("\n");
  const shown = text.match(/^ {2}id /gm)?.length ?? 0;
  const more = [...text.matchAll(/and (\d+) more|: (\d+) paths?, /g)].map((found) => Number(found[1] ?? found[2]));
  const found = [...kinds, ...samplePaths].filter(({ verdict }) => verdict === "failed" || verdict === "broken");
  expect(shown + more.reduce((sum, count) => sum + count, 0)).toBe(found.length);
});

test("a finding tells its cause and the first broken rung", () => {
  const blocks = findingBlocks(samplePaths, explainedBy(sampleDiagnosis), layout);
  const text = blocks.find((lines) => lines.some((line) => line.includes("worker-2/forwards")))?.join("\n");
  expect(text).toContain("\n  rung      pod address and cluster address answer, node port does not\n  cause     2\n");
});
