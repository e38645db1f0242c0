import { expect, test } from "vitest";
import { samplePath } from "../sample-run.ts";
import { matrixOf } from "./matrix.ts";
import { pagePath } from "./page-path.ts";

const clusters = [
  { name: "a", nodes: ["one", "two"] },
  { name: "b", nodes: ["one"] },
];
const asked = (from: [string, string?], to: [string, string?]) =>
  pagePath(
    samplePath({
      id: `${from.join()} ${to.join()}`,
      from: { cluster: from[0], ...(from[1] ? { node: from[1] } : {}), name: "client" },
      to: { cluster: to[0], ...(to[1] ? { node: to[1] } : {}), name: "echo" },
    }),
  );
const paths = [
  asked(["", undefined], ["a", undefined]),
  asked(["a", "one"], ["b", "one"]),
  asked(["a", "three"], ["b", undefined]),
  asked(["c", "one"], ["a", "two"]),
];

test("clusters are rows and columns, with what is outside, and those that only paths name", () => {
  const { rows, columns, cells } = matrixOf(paths, clusters);
  expect(rows.map(({ cluster }) => cluster)).toEqual(["", "a", "b", "c"]);
  expect(columns.map(({ cluster }) => cluster)).toEqual(["a", "b"]);
  expect(cells.map((row) => row.map(({ tally }) => tally.paths))).toEqual([
    [1, 0],
    [0, 2],
    [0, 0],
    [1, 0],
  ]);
});

test("an unfolded cluster has a line for each node, and one for what is on no single one", () => {
  const { rows, columns, cells } = matrixOf(paths, clusters, new Set(["a"]));
  expect(rows.map(({ cluster, node }) => [cluster, node].join(" "))).toEqual([
    " ",
    "a one",
    "a two",
    "a three",
    "b ",
    "c ",
  ]);
  expect(columns.map(({ cluster, node }) => [cluster, node].join(" "))).toEqual(["a one", "a two", "a ", "b "]);
  expect(cells.map((row) => row.map(({ tally }) => tally.paths))).toEqual([
    [0, 0, 1, 0],
    [0, 0, 0, 1],
    [0, 0, 0, 0],
    [0, 0, 0, 1],
    [0, 0, 0, 0],
    [0, 1, 0, 0],
  ]);
});

test("no path is lost, however it is laid out", () => {
  for (const unfolded of [[], ["a"], ["a", "b"], ["c"]]) {
    const { cells } = matrixOf(paths, clusters, new Set(unfolded));
    expect(cells.flat().reduce((sum, { tally }) => sum + tally.paths, 0)).toBe(paths.length);
  }
});
