import { expect, it } from "vitest";
import type { LabNode } from "../model.ts";
import { gatewayOf, podAddresses } from "./pod-addresses.ts";

const node: LabNode = {
  cluster: "one",
  name: "one-worker",
  role: "worker",
  address: "172.19.0.3",
  podCidr: "10.0.1.0/29",
  netns: "one-worker",
};

it("keeps the first address for the gateway", () => {
  expect(gatewayOf(node)).toBe("10.0.1.1");
});

it("gives addresses in order and reuses one only after all others", () => {
  const addresses = podAddresses(node.name, node);
  expect([addresses.take(), addresses.take()]).toEqual(["10.0.1.2", "10.0.1.3"]);
  addresses.giveBack("10.0.1.2");
  expect([addresses.take(), addresses.take(), addresses.take()]).toEqual(["10.0.1.4", "10.0.1.5", "10.0.1.6"]);
  expect(addresses.take()).toBe("10.0.1.2");
});

it("says when a node is full, and has room again after a release", () => {
  const addresses = podAddresses(node.name, node);
  const taken = Array.from({ length: 5 }, () => addresses.take());
  expect(() => addresses.take()).toThrow("Node one-worker has no pod address left in 10.0.1.0/29");
  addresses.giveBack(taken[3] ?? "");
  expect(addresses.take()).toBe("10.0.1.5");
});

it("counts in IPv6, too", () => {
  const second = { podCidr: "fd00:10:0:1::/64" };
  const addresses = podAddresses(node.name, second);
  expect([addresses.take(), addresses.take()]).toEqual(["fd00:10:0:1::2", "fd00:10:0:1::3"]);
});
