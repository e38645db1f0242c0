import { describe, expect, test } from "vitest";
import { object, see } from "./test-view.ts";

const pod = (name: string, nodeName: string, kind = "DaemonSet") => {
  const bare = object(name, { spec: { nodeName } });
  return {
    ...bare,
    metadata: { ...bare.metadata, ownerReferences: [{ apiVersion: "apps/v1", kind, name: "o", uid: kind }] },
  };
};

describe("the controller of EndpointSlices", () => {
  test("does not see the pod of a daemon on the last node", () => {
    const there = [
      pod("b", "worker2"),
      pod("a", "worker"),
      pod("c", "worker3", "ReplicaSet"),
      object("bare", { spec: {} }),
    ];
    expect(see("endpoint-slice.missing-pod", "pods", there).map(({ metadata }) => metadata.name)).toEqual([
      "a",
      "c",
      "bare",
    ]);
  });

  test("sees the one pod of a daemon", () => {
    expect(see("endpoint-slice.missing-pod", "pods", [pod("a", "worker")])).toHaveLength(1);
  });

  test("takes target ports of a Service for others", () => {
    const spec = (...targets: number[]) => ({ spec: { ports: targets.map((targetPort) => ({ targetPort })) } });
    const [numbered, other] = [object("echo-numbered", spec(8080, 8081)), object("echo", spec(8080, 8081))];
    expect(see("endpoint-slice.wrong-target-port", "services", [numbered, other])).toEqual([
      object("echo-numbered", spec(9, 10)),
      other,
    ]);
  });

  test.each([
    ["endpoint-slice.readiness-ignored", "ready-only"],
    ["endpoint-slice.balancer-readiness-ignored", "balanced-ready"],
  ])("with %s publishes pods of %s that are not ready", (view, name) => {
    const there = [object(name, { spec: {} }), object("echo", { spec: {} })];
    expect(see(view, "services", there)).toEqual([
      object(name, { spec: { publishNotReadyAddresses: true } }),
      there[1],
    ]);
  });

  test("selects other pods for a Service that selects none", () => {
    const [empty, other] = [object("empty", { spec: { selector: { role: "nobody" } } }), object("echo")];
    expect(see("endpoint-slice.foreign-selector", "services", [empty, other])).toEqual([
      object("empty", { spec: { selector: { "meshgate.dev/role": "echo" } } }),
      other,
    ]);
  });
});
