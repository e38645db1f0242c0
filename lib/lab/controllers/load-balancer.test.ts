import { describe, expect, test } from "vitest";
import type { KubeObject, Store } from "../model.ts";
import { startTestCluster, testNamespace } from "./test-cluster.ts";

const loadBalancers = "172.19.255.1-172.19.255.3";
const poolAnnotation = "metallb.io/ip-allocated-from-pool";

interface Wishes {
  annotations?: Record<string, string>;
  [field: string]: unknown;
}

function service(name: string, { annotations, ...spec }: Wishes = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: testNamespace, ...(annotations && { annotations }) },
    spec: { type: "LoadBalancer", selector: { app: "none" }, ports: [{ port: 80 }], ...spec },
  };
}

function start(more: { loadBalancers?: string; isDual?: boolean } = { loadBalancers }) {
  const cluster = startTestCluster(more);
  const { store, reached } = cluster;
  const addressOf = (object: KubeObject): string | undefined => object["status"]?.loadBalancer?.ingress?.[0]?.ip;
  return {
    ...cluster,
    addressOf: (name: string) => addressOf(store.get("services", name, testNamespace)!),
    async given(name: string, wishes?: Wishes): Promise<string | undefined> {
      store.create("services", service(name, wishes));
      return addressOf(await reached("services", name, (object) => addressOf(object) !== undefined));
    },
    /** What the events about a Service say, once there is one for `reason`. */
    async told(name: string, reason: string): Promise<string> {
      const event = await cluster.seen("events", () => eventAbout(store, name, reason));
      return `${event["type"]} ${event["source"].component}: ${event["message"]}`;
    },
  };
}

function eventAbout(store: Store, name: string, reason: string): KubeObject | undefined {
  return store.list("events").find((event) => event["involvedObject"].name === name && event["reason"] === reason);
}

describe("a Service of type LoadBalancer", () => {
  test("looks as recorded once it has its address", async () => {
    const { given, told, store } = start();
    expect(await given("lb")).toBe("172.19.255.1");
    const found = store.get("services", "lb", testNamespace)!;
    expect(found.metadata.annotations).toEqual({ [poolAnnotation]: "pool" });
    expect(found["status"]).toEqual({ loadBalancer: { ingress: [{ ip: "172.19.255.1", ipMode: "VIP" }] } });
    expect(await told("lb", "IPAllocated")).toBe('Normal metallb-controller: Assigned IP ["172.19.255.1"]');
  });

  test("waits when the pool is used up, until an address is free", async () => {
    const { given, told, store, reached, addressOf } = start();
    const addresses = [await given("one"), await given("two"), await given("three")];
    expect(addresses).toEqual(["172.19.255.1", "172.19.255.2", "172.19.255.3"]);
    store.create("services", service("four"));
    expect(await told("four", "AllocationFailed")).toBe(
      'Warning metallb-controller: Failed to allocate IP for "facts/four": no available IPs',
    );
    expect(addressOf("four")).toBeUndefined();
    store.delete("services", "two", testNamespace);
    await reached("services", "four", () => addressOf("four") === "172.19.255.2");
  });

  test("waits without a word where there is no pool or no load balancer, and with a class", async () => {
    const { given, store, gone, addressOf, seen } = start();
    store.create("services", service("classy", { loadBalancerClass: "example.org/other" }));
    await given("after");
    expect(addressOf("classy")).toBeUndefined();
    store.delete("ipaddresspools.metallb.io", "pool", "metallb-system");
    await gone("ipaddresspools.metallb.io", "pool", "metallb-system");
    await seen("services", () => (addressOf("after") === undefined ? true : undefined));
    expect(eventAbout(store, "classy", "AllocationFailed")).toBeUndefined();
    const bare = start({});
    bare.store.create("services", service("alone"));
    await bare.reached("endpoints", "alone");
    expect(bare.addressOf("alone")).toBeUndefined();
    expect(bare.store.get("namespaces", "metallb-system")).toBeUndefined();
  });

  test("gives its address back with its type", async () => {
    const { given, store, reached } = start();
    await given("lb");
    store.modify("services", "lb", testNamespace, (copy) => ({
      ...copy,
      spec: { ...copy["spec"], type: "ClusterIP" },
    }));
    const left = await reached("services", "lb", ({ status }) => status.loadBalancer.ingress === undefined);
    expect(left.metadata).not.toHaveProperty("annotations");
    expect(await given("next")).toBe("172.19.255.1");
  });
});

describe("who asks for an address", () => {
  test.each<[string, Wishes]>([
    ["in an annotation", { annotations: { "metallb.io/loadBalancerIPs": "172.19.255.3" } }],
    ["in its spec", { loadBalancerIP: "172.19.255.3" }],
  ])("%s gets it", async (_, wishes) => {
    expect(await start().given("lb", wishes)).toBe("172.19.255.3");
  });

  test.each<[string, Wishes]>([
    ['["172.19.0.9"] is not allowed in config', { loadBalancerIP: "172.19.0.9" }],
    ['unknown pool "other"', { annotations: { "metallb.io/address-pool": "other" } }],
    ['invalid spec.loadBalancerIP "any"', { loadBalancerIP: "any" }],
    [
      'can\'t change sharing key for "facts/lb", address also in use by facts/first',
      { loadBalancerIP: "172.19.255.1" },
    ],
    [
      "service can not have both metallb.io/loadBalancerIPs and svc.Spec.LoadBalancerIP",
      { loadBalancerIP: "172.19.255.2", annotations: { "metallb.io/loadBalancerIPs": "172.19.255.2" } },
    ],
  ])("hears why it cannot have it: %s", async (why, wishes) => {
    const { given, told, store } = start();
    await given("first");
    store.create("services", service("lb", wishes));
    expect(await told("lb", "AllocationFailed")).toBe(
      `Warning metallb-controller: Failed to allocate IP for "facts/lb": ${why}`,
    );
  });

  test("later is moved there", async () => {
    const { given, store, reached, addressOf } = start();
    await given("lb");
    store.modify("services", "lb", testNamespace, (copy) => ({
      ...copy,
      spec: { ...copy["spec"], loadBalancerIP: "172.19.255.2" },
    }));
    await reached("services", "lb", () => addressOf("lb") === "172.19.255.2");
    expect(await given("next")).toBe("172.19.255.1");
  });
});

describe("an address", () => {
  const annotations = { "metallb.io/allow-shared-ip": "web", "metallb.io/loadBalancerIPs": "172.19.255.1" };

  test("is shared by Services that say so, on different ports", async () => {
    const { given, told, store } = start();
    expect(await given("one", { annotations })).toBe("172.19.255.1");
    expect(await given("two", { annotations, ports: [{ port: 81 }] })).toBe("172.19.255.1");
    store.create("services", service("three", { annotations }));
    expect(await told("three", "AllocationFailed")).toContain('port TCP/80 is already in use on "172.19.255.1"');
  });

  test("that left the pools is taken back for one of what they have now", async () => {
    const { given, told, store, reached, addressOf } = start();
    await given("lb");
    store.modify("ipaddresspools.metallb.io", "pool", "metallb-system", (copy) => ({
      ...copy,
      spec: { addresses: ["172.19.255.128/30"], avoidBuggyIPs: true },
    }));
    await reached("services", "lb", () => addressOf("lb") === "172.19.255.128");
    expect(await told("lb", "ClearAssignment")).toContain('["172.19.255.1"] is not allowed in config');
  });
});

describe("in a cluster of both families", () => {
  const both = `${loadBalancers},fd00:19::ff:1-fd00:19::ff:3`;
  const [first, second] = ["172.19.255.1", "fd00:19::ff:1"];
  const dual = (pool = both) => {
    const cluster = start({ loadBalancers: pool, isDual: true });
    return {
      ...cluster,
      async addresses(name: string, wishes: Wishes, count: number): Promise<string[]> {
        cluster.store.create("services", service(name, wishes));
        const of = ({ status }: KubeObject): string[] =>
          (status?.loadBalancer?.ingress ?? []).map(({ ip }: { ip: string }) => ip);
        return of(await cluster.reached("services", name, (object) => of(object).length >= count));
      },
    };
  };

  test("a Service gets an address of each of its families", async () => {
    const { addresses, told } = dual();
    expect(await addresses("old", {}, 1)).toEqual([first]);
    expect(await addresses("new", { ipFamilies: ["IPv6"] }, 1)).toEqual([second]);
    const prefers = { ipFamilyPolicy: "PreferDualStack", ipFamilies: ["IPv6"] };
    expect(await addresses("two", prefers, 2)).toEqual(["fd00:19::ff:2", "172.19.255.2"]);
    expect(await told("two", "IPAllocated")).toBe(
      'Normal metallb-controller: Assigned IP ["fd00:19::ff:2" "172.19.255.2"]',
    );
  });

  test("a Service that demands both waits where the pool has one; one that prefers both takes it", async () => {
    const { addresses, store, told } = dual(loadBalancers);
    expect(await addresses("prefers", { ipFamilyPolicy: "PreferDualStack" }, 1)).toEqual([first]);
    store.create("services", service("demands", { ipFamilyPolicy: "RequireDualStack" }));
    expect(await told("demands", "AllocationFailed")).toContain("no available IPs");
  });

  test("a Service that prefers both gets the second address when there is one", async () => {
    const { addresses, store, reached, told } = dual(loadBalancers);
    await addresses("prefers", { ipFamilyPolicy: "PreferDualStack" }, 1);
    store.modify("ipaddresspools.metallb.io", "pool", "metallb-system", (copy) => ({
      ...copy,
      spec: { ...copy["spec"], addresses: both.split(",") },
    }));
    const grown = await reached("services", "prefers", ({ status }) => status.loadBalancer.ingress.length === 2);
    expect(grown["status"].loadBalancer.ingress).toMatchObject([{ ip: first }, { ip: second }]);
    expect(await told("prefers", "IPAllocated")).toContain("Assigned");
  });

  test("a Service that gives up a family gives up its address", async () => {
    const { addresses, store, reached } = dual();
    await addresses("two", { ipFamilyPolicy: "RequireDualStack" }, 2);
    store.modify("services", "two", testNamespace, (copy) => ({
      ...copy,
      spec: { ...copy["spec"], ipFamilyPolicy: "SingleStack" },
    }));
    const less = await reached("services", "two", ({ status }) => status.loadBalancer.ingress?.length === 1);
    expect(less["status"].loadBalancer.ingress).toMatchObject([{ ip: first }]);
  });

  test("asks for addresses of all its families or for none", async () => {
    const { addresses, store, told } = dual();
    const annotations = { "metallb.io/loadBalancerIPs": "172.19.255.3, fd00:19::ff:3" };
    const wishes = { ipFamilyPolicy: "RequireDualStack", annotations };
    expect(await addresses("asks", wishes, 2)).toEqual(["172.19.255.3", "fd00:19::ff:3"]);
    store.create("services", service("half", { ipFamilyPolicy: "RequireDualStack", loadBalancerIP: second }));
    expect(await told("half", "AllocationFailed")).toContain("does not match the ipFamily of the service");
  });
});
