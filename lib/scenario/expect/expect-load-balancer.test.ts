import { expect, test } from "vitest";
import { addressPool } from "../../cluster/features/address-pools.ts";
import type { KubeObject } from "../../cluster/cluster.ts";
import { hasAddress, hasAddressOf, noneHasAddressOf, sharesNoAddressWith } from "./expect-load-balancer.ts";
import { silence } from "../fixture.ts";
import type { Service } from "../place.ts";

function service(name: string, ...ingress: object[]): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "n" },
    status: { loadBalancer: { ingress } },
  };
}

function poolObject(name: string, ...addresses: string[]): KubeObject {
  return { apiVersion: "metallb.io/v1beta1", kind: "IPAddressPool", metadata: { name }, spec: { addresses } };
}

const seen = (...objects: KubeObject[]) => silence("answered", { objects });
const pools = [poolObject("first", "10.9.0.1-10.9.0.9"), poolObject("second", "10.9.1.0/28")].map(addressPool);

test("an address or a name will do, and its absence is told with the events", () => {
  const { judge } = hasAddress();
  expect(judge(seen(service("a", { ip: "10.9.0.1" })))).toEqual({ kept: true, saw: "10.9.0.1" });
  expect(judge(seen(service("a", { hostname: "lb.example" })))).toEqual({ kept: true, saw: "lb.example" });
  expect(judge({ ...seen(service("a")), events: ["AllocationFailed: no available IPs"] })).toEqual({
    kept: false,
    saw: "no address of a load balancer; events: AllocationFailed: no available IPs",
  });
});

test("all addresses lie in some pool of the cluster; without an address there is nothing to judge", () => {
  const { text, judge } = hasAddressOf(pools);
  expect(text).toBe("an address of first (10.9.0.1-10.9.0.9), second (10.9.1.0/28)");
  expect(judge(seen(service("a", { ip: "10.9.0.9" }, { ip: "10.9.1.3" })))).toEqual({ kept: true });
  expect(judge(seen(service("a", { ip: "10.9.0.9" }, { ip: "10.9.0.10" })))).toEqual({
    kept: false,
    saw: "10.9.0.10, which is in none of them",
  });
  expect(() => judge(seen(service("a")))).toThrow("the Service a has no address of a load balancer");
});

test("an address that another cluster gave away, too, is told with who has it", () => {
  const other = (...hosts: string[]) => ({ loadBalancerHosts: hosts }) as Service;
  const { judge } = noneHasAddressOf("hurup", [other("10.9.0.1"), other()]);
  expect(judge(seen(service("a", { ip: "10.9.0.2" }), service("b")))).toEqual({ kept: true });
  expect(judge(seen(service("a", { ip: "10.9.0.1" }), service("b", { ip: "10.9.0.1" })))).toEqual({
    kept: false,
    saw: "n/a has 10.9.0.1, n/b has 10.9.0.1, which hurup gave away, too",
  });
  expect(() => noneHasAddressOf("hurup", [other()]).judge(seen())).toThrow("no Service of the run in hurup");
});

test("a pool that overlaps with another cluster's is told with both ranges", () => {
  const { judge } = sharesNoAddressWith(pools, "hurup");
  expect(judge(seen(poolObject("own", "10.9.0.10-10.9.0.20")))).toEqual({ kept: true });
  expect(judge(seen(poolObject("own", "10.9.0.9-10.9.0.20")))).toEqual({
    kept: false,
    saw: "own (10.9.0.9-10.9.0.20), which overlaps with hurup's first (10.9.0.1-10.9.0.9)",
  });
  expect(() => judge(seen())).toThrow("the pool is not there any more");
});
