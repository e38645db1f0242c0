import { expect, it } from "vitest";
import type { KubeObject } from "../../model.ts";
import { policyPod } from "./policy-world.ts";

const pod = (spec: object, status: object): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "shop", uid: "1", labels: { app: "web" } },
  spec: { nodeName: "one", ...spec },
  status,
});
const running = { phase: "Running", podIP: "10.0.0.2", podIPs: [{ ip: "10.0.0.2" }, { ip: "fd00::2" }] };

it("reads what policies ask of a pod, ports of sidecars too", () => {
  const containers = [
    { ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }, { containerPort: 9090 }] },
    { name: "no ports" },
  ];
  const initContainers = [
    { restartPolicy: "Always", ports: [{ name: "talk", containerPort: 53, protocol: "UDP" }] },
    { ports: [{ name: "setup", containerPort: 1 }] },
  ];
  expect(policyPod(pod({ containers, initContainers }, running))).toEqual({
    uid: "1",
    namespace: "shop",
    name: "web",
    labels: { app: "web" },
    nodeName: "one",
    addresses: ["10.0.0.2", "fd00::2"],
    ports: [
      { name: "http", port: 8080, protocol: "TCP" },
      { name: "talk", port: 53, protocol: "UDP" },
    ],
  });
});

it("knows no address before there is one", () => {
  expect(policyPod(pod({}, { phase: "Pending" }))).toMatchObject({ addresses: [] });
});

it("leaves out pods of the node's own network, and pods that have ended", () => {
  expect(policyPod(pod({ hostNetwork: true }, running))).toBeUndefined();
  expect(policyPod(pod({}, { ...running, phase: "Succeeded" }))).toBeUndefined();
  expect(policyPod(pod({}, { ...running, phase: "Failed" }))).toBeUndefined();
});
