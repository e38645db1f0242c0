import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { faults } from "../../lab/sabotage/catalogue.ts";
import { sample } from "../../lab/sabotage/sample.ts";
import { loadCatalogue } from "../../scenario/catalogue.ts";
import { isNamedBy } from "./name-scenarios.ts";
import { exceptions } from "./never-red.ts";

const { scenarios, suites } = await loadCatalogue([]);
const names = scenarios.map(({ name }) => name);

test("every fault has an id of its own", () => {
  const ids = faults.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
});

test("every scenario has a fault that must turn it red, or a reason why none can", () => {
  const red = new Set(faults.flatMap(({ mustRed }) => mustRed.map(({ scenario }) => scenario)));
  expect(names.filter((name) => !red.has(name) && !Object.hasOwn(exceptions, name))).toEqual([]);
});

test("the sample is a part of the catalogue", () => {
  const ids = faults.map(({ id }) => id);
  expect(sample.filter((id) => !ids.includes(id))).toEqual([]);
});

test("faults ask scenarios and suites that there are, and judge by what they ask", () => {
  const wrong = faults.flatMap(({ id, asks, mustRed, mustStayGreen }) => {
    const judged = [...mustRed, ...mustStayGreen].map(({ scenario }) => scenario);
    return [
      ...asks.filter((name) => !names.includes(name) && !suites.includes(name)).map((name) => `${id} asks ${name}`),
      ...judged
        .filter((name) => !names.includes(name) || !isNamedBy(asks, name))
        .map((name) => `${id} judges ${name} and does not ask it`),
      ...(mustRed.length === 0 ? [`${id} need not be red`] : []),
    ];
  });
  expect(wrong).toEqual([]);
});

test("a fault names causes of the grammar, and one that is no finding names none", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../diagnose/README.md"), "utf8");
  const effects = [...readme.matchAll(/^\| `([a-z-]+)` /gm)].map(([, effect]) => effect);
  const elements = [...readme.matchAll(/`([a-z-]+)\/[A-Z]/g)].map(([, element]) => element);
  expect(effects.length * elements.length).toBeGreaterThan(100);
  const restrictions = "tcp|udp|port \\d+|IPv4|IPv6|over \\d+ bytes";
  const grammar = new RegExp(`^(${effects.join("|")}) (${elements.join("|")})/\\S+( (${restrictions}))*$`);
  const wrong = faults.flatMap(({ id, causes, verdict }) => [
    ...causes.filter((cause) => !grammar.test(cause)).map((cause) => `${id} names ${cause}`),
    ...((causes.length === 0) === (verdict === "broken") ? [] : [`${id} names ${causes.length} causes`]),
  ]);
  expect(wrong).toEqual([]);
});
