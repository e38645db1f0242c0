import { expect, it } from "vitest";
import { createStore } from "../api/store.ts";
import type { KubeObject, LabNode } from "../model.ts";
import { registerNode } from "./node-registration.ts";

const node: LabNode = {
  cluster: "athens",
  name: "athens-control-plane",
  role: "control-plane",
  address: "172.19.0.2",
  podCidr: "10.0.0.0/24",
  netns: "node-athens-control-plane",
};
const marks = (object: KubeObject | undefined): string[] =>
  object?.["status"].conditions.map(({ type, status }: Record<string, string>) => `${type}=${status}`);

it("makes the Node object of a node that has none", () => {
  const store = createStore({ serviceCidr: "10.1.0.0/16" });
  registerNode(store, node)();
  const made = store.get("nodes", node.name);
  expect(made).toMatchObject({
    metadata: { labels: { "kubernetes.io/hostname": node.name, "node-role.kubernetes.io/control-plane": "" } },
    spec: { podCIDR: "10.0.0.0/24", podCIDRs: ["10.0.0.0/24"] },
    status: {
      addresses: [
        { type: "InternalIP", address: "172.19.0.2" },
        { type: "Hostname", address: node.name },
      ],
    },
  });
  expect(marks(made)).toEqual(["MemoryPressure=False", "DiskPressure=False", "PIDPressure=False", "Ready=True"]);
});

it("keeps what others have written", () => {
  const store = createStore({ serviceCidr: "10.1.0.0/16" });
  const spec = { podCIDR: "10.9.0.0/24" };
  store.create("nodes", { apiVersion: "v1", kind: "Node", metadata: { name: node.name, labels: { zone: "a" } }, spec });
  const network = { type: "NetworkUnavailable", status: "False" };
  const ready = { type: "Ready", status: "True", lastTransitionTime: "2026-11-21T00:56:02Z" };
  const status = { conditions: [network, ready] };
  store.modify("nodes", node.name, undefined, (copy) => ({ ...copy, status }), "status");
  registerNode(store, { ...node, role: "worker" })();
  const kept = store.get("nodes", node.name);
  expect(kept).toMatchObject({ metadata: { labels: { zone: "a" } }, spec: { podCIDR: "10.9.0.0/24" } });
  expect(marks(kept)?.[0]).toBe("NetworkUnavailable=False");
  expect(kept?.["status"].conditions.at(-1)).toMatchObject({
    type: "Ready",
    lastTransitionTime: "2026-11-21T00:56:02Z",
  });
});
