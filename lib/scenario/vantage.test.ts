import { expect, test } from "vitest";
import { findVantage } from "./vantage.ts";

// Nothing on this machine drops packets to itself: a port is open there, or refuses.
const near = ["127.0.0.1"];

/** No connection can be made to it, and no packet leaves this machine. */
const broadcast = "255.255.255.255";

test("this machine asks where some node gives a sign of life: one that gives none is for scenarios to find", async () => {
  expect(await findVantage(near, { clusters: 2 })).toBe("runner");
  expect(await findVantage([broadcast, ...near], { clusters: 2 })).toBe("runner");
});

test("where no node gives one, agents of another cluster stand in, then those of another node", async () => {
  expect(await findVantage([broadcast, broadcast], { clusters: 2 })).toBe("other-cluster");
  expect(await findVantage([broadcast, broadcast], { clusters: 1 })).toBe("other-node");
  expect(await findVantage([broadcast], { clusters: 1 })).toBeUndefined();
});

test("with no node to knock at, agents of another cluster stand in, and with one cluster nobody", async () => {
  expect(await findVantage([], { clusters: 2 })).toBe("other-cluster");
  expect(await findVantage([], { clusters: 1 })).toBeUndefined();
});

test("what the user forces takes the place of finding out, as far as it exists", async () => {
  expect(await findVantage([], { clusters: 1, forced: "runner" })).toBe("runner");
  expect(await findVantage(near, { clusters: 2, forced: "other-cluster" })).toBe("other-cluster");
  expect(await findVantage(near, { clusters: 1, forced: "other-cluster" })).toBeUndefined();
  expect(await findVantage(near, { clusters: 2, forced: "none" })).toBeUndefined();
});
