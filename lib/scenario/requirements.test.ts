import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadCatalogue } from "./catalogue.ts";
import { coverage, requirements } from "./requirements.ts";

const { scenarios } = await loadCatalogue([]);
const readme = readFileSync(join(import.meta.dirname, "../../suites/README.md"), "utf8");

test("scenarios cover nothing that is not in the table", () => {
  const known = requirements.map(({ id }) => id);
  expect(scenarios.flatMap(({ covers }) => covers).filter((id) => !known.includes(id))).toEqual([]);
});

test("every scenario covers something, and every requirement is covered or says where it stands", () => {
  expect(scenarios.filter(({ covers }) => covers.length === 0).map(({ name }) => name)).toEqual([]);
  const open = coverage(scenarios).filter(([{ elsewhere }, names]) => elsewhere === undefined && names.length === 0);
  expect(open.map(([{ id }]) => id)).toEqual([]);
});

test("the table in suites/README.md is the one that the suites declare", () => {
  const rows = readme
    .split("\n")
    .filter((line) => /^\| [A-Z]\d /.test(line))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const declared = coverage(scenarios).map(([{ id, what, elsewhere }, names]) => [
    id,
    what,
    [...names.map((name) => `\`${name}\``), ...(elsewhere === undefined ? [] : [elsewhere])].join(", "),
  ]);
  expect(rows).toEqual(declared);
});
