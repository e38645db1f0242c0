import { expect, test } from "vitest";
import { pod, startTestCluster, testNamespace } from "./test-cluster.ts";

const namespace = testNamespace;

test("lists ready and unready addresses apart, and leaves with its Service", async () => {
  const { store, reached, gone } = startTestCluster();
  const spec = { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] };
  store.create("services", { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace }, spec });
  const empty = await reached("endpoints", "web");
  expect(empty["subsets"]).toBeUndefined();

  store.create("pods", pod("ok", { labels: { app: "web" } }));
  const containers = [{ name: "c", image: "never-ready:1" }];
  store.create("pods", pod("slow", { labels: { app: "web" } }, { containers }));
  const full = await reached(
    "endpoints",
    "web",
    ({ subsets }) => subsets?.[0].addresses && subsets[0].notReadyAddresses,
  );
  const ok = store.get("pods", "ok", namespace)!;
  const slow = store.get("pods", "slow", namespace)!;
  const address = (each: typeof ok) => ({
    ip: each.status.podIP,
    nodeName: each.spec.nodeName,
    targetRef: { kind: "Pod", namespace, name: each.metadata.name, uid: each.metadata.uid },
  });
  expect(full["subsets"]).toEqual([
    { addresses: [address(ok)], notReadyAddresses: [address(slow)], ports: [{ port: 8080, protocol: "TCP" }] },
  ]);

  store.delete("services", "web", namespace);
  await gone("endpoints", "web");
});

test("have room for a Service's first family only", async () => {
  const { store, reached } = startTestCluster({ isDual: true });
  const spec = {
    selector: { app: "web" },
    ports: [{ port: 80 }],
    ipFamilyPolicy: "PreferDualStack",
    ipFamilies: ["IPv6"],
  };
  store.create("services", { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace }, spec });
  store.create("pods", pod("ok", { labels: { app: "web" } }));
  const full = await reached("endpoints", "web", ({ subsets }) => subsets?.[0].addresses);
  const [, ipv6] = store.get("pods", "ok", namespace)!.status.podIPs;
  expect(full["subsets"][0].addresses).toMatchObject([{ ip: ipv6.ip }]);
});
