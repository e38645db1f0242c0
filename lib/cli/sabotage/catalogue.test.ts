import { expect, test } from "vitest";
import { faults } from "../../lab/sabotage/catalogue.ts";
import { loadCatalogue } from "../../scenario/catalogue.ts";
import { isNamedBy } from "./name-scenarios.ts";

const { scenarios, suites } = await loadCatalogue([]);
const names = scenarios.map(({ name }) => name);

test("every fault has an id of its own", () => {
  const ids = faults.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
});

test("faults ask scenarios and suites that there are, and judge by what they ask", () => {
  for (const { id, asks, mustRed, mustStayGreen } of faults) {
    expect(
      asks.filter((name) => !names.includes(name) && !suites.includes(name)),
      id,
    ).toEqual([]);
    const judged = [...mustRed, ...mustStayGreen].map(({ scenario }) => scenario);
    expect(
      judged.filter((name) => !names.includes(name) || !isNamedBy(asks, name)),
      id,
    ).toEqual([]);
    expect(mustRed, id).not.toEqual([]);
  }
});

test("a fault names causes of the grammar, and one that is no finding names none", () => {
  const effects = "lost|refused|lossy|flapping|slow|too-large|wrong|missing|stale|open";
  const elements =
    "pod|within-node|node|link|clusters|addresses|proxy|service|backend|dns|dns-server|resolver|node-port|load-balancer|ingress|mesh|policy|masquerade|claim";
  const grammar = new RegExp(`^(${effects}) (${elements})/\\S+( (tcp|udp|port \\d+|IPv4|IPv6|over \\d+ bytes))*$`);
  for (const { id, causes, verdict } of faults) {
    expect(
      causes.filter((cause) => !grammar.test(cause)),
      id,
    ).toEqual([]);
    expect(causes.length === 0, id).toBe(verdict === "broken");
  }
});
