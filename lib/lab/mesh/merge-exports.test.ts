import { describe, expect, it, test } from "vitest";
import type { ExportedPort, ExportedService } from "./exported-service.ts";
import { mergeExports } from "./merge-exports.ts";

const http: ExportedPort = { name: "http", protocol: "TCP", port: 80 };
const metrics: ExportedPort = { name: "metrics", protocol: "TCP", port: 9000 };

/** Makes an export; `age` is greater for older ones. */
function exported(cluster: string, age: number, more: Partial<ExportedService> = {}): ExportedService {
  return {
    cluster,
    createdAt: `2026-11-21T01:00:${59 - age}Z`,
    type: "ClusterSetIP",
    ports: [http],
    sessionAffinity: "None",
    internalTrafficPolicy: "Cluster",
    labels: {},
    annotations: {},
    ...more,
  };
}

test("exports that agree are one Service of all their clusters, the oldest first", () => {
  const merged = mergeExports([exported("athens", 1), exported("skagen", 3), exported("hurup", 2)]);
  expect(merged).toMatchObject({ clusters: ["skagen", "hurup", "athens"], ports: [http], conflict: undefined });
});

test("of the same second, the first by name is the oldest", () => {
  expect(mergeExports([exported("hurup", 1), exported("athens", 1)]).oldest.cluster).toBe("athens");
});

describe("ports", () => {
  it.each<[string, ExportedPort[], ExportedPort[]]>([
    ["one that others do not have is there too", [http, metrics], [http, metrics]],
    ["one that others have and it has not stays", [], [http]],
    ["a name keeps the older number", [{ ...http, port: 8080 }], [http]],
    ["a number keeps the older name", [{ ...http, name: "web" }], [http]],
    [
      "another protocol is another number",
      [{ ...http, name: "udp", protocol: "UDP" }],
      [http, { ...http, name: "udp", protocol: "UDP" }],
    ],
    ["the application's protocol is the older one", [{ ...http, appProtocol: "h2c" }], [http]],
  ])("%s, and it is a conflict", (_, ports, merged) => {
    const { ports: found, conflict } = mergeExports([exported("athens", 1, { ports }), exported("hurup", 2)]);
    expect(found).toEqual(merged);
    expect(conflict?.reason).toBe("PortConflict");
  });
});

test.each<[string, Partial<ExportedService>]>([
  ["TypeConflict", { type: "Headless" }],
  ["SessionAffinityConflict", { sessionAffinity: "ClientIP" }],
  ["SessionAffinityConfigConflict", { sessionAffinityConfig: { clientIP: { timeoutSeconds: 1 } } }],
  ["AnnotationsConflict", { annotations: { a: "b" } }],
  ["LabelsConflict", { labels: { a: "b" } }],
  ["InternalTrafficPolicyConflict", { internalTrafficPolicy: "Local" }],
])("%s: the oldest export decides", (reason, more) => {
  const { conflict, oldest } = mergeExports([exported("athens", 1, more), exported("hurup", 2)]);
  expect(conflict?.reason).toBe(reason);
  expect(conflict?.message).toContain("1 of 2 clusters");
  expect(oldest.cluster).toBe("hurup");
});
