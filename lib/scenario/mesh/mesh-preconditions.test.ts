import { expect, test } from "vitest";
import type { Cilium } from "../../cluster/features/cilium.ts";
import type { KubeObject } from "../../cluster/cluster.ts";
import { silence } from "../fixture.ts";
import { nameCondition, preconditions } from "./mesh-preconditions.ts";

const athens: Cilium = {
  namespace: "kube-system",
  config: { "cluster-name": "athens", "cluster-id": "1", "routing-mode": "tunnel", "tunnel-protocol": "vxlan" },
  clusterName: "athens",
  peers: ["hurup"],
  podRanges: ["10.0.0.0/24"],
};
const hurup: Cilium = {
  ...athens,
  config: { ...athens.config, "cluster-name": "hurup", "cluster-id": "2" },
  clusterName: "hurup",
  podRanges: ["10.2.0.0/24"],
};

/** What is wrong, by condition, when the API server of `own` tells what `own` is like. */
function wrongs(own: Cilium, other: Cilium): Record<string, string | undefined> {
  const map: KubeObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "cilium-config" },
    data: own.config,
  };
  const node: KubeObject = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n" },
    spec: { podCIDRs: own.podRanges },
  };
  return Object.fromEntries(
    [nameCondition(own, other), ...preconditions(own, other)].map(({ variant, probe, expect: { judge } }) => {
      const objects = probe().of.kind === "ConfigMap" ? [map] : [node];
      const judgement = judge({ ...silence("answered"), objects });
      return [variant, judgement.kept ? undefined : judgement.saw];
    }),
  );
}

const fine = { "cluster-name": undefined, "cluster-id": undefined, "routing-mode": undefined, "pod-ranges": undefined };
const changed = (of: Cilium, config: Record<string, string>) => ({ ...of, config: { ...of.config, ...config } });

test("two clusters as they should be", () => {
  expect(wrongs(athens, hurup)).toEqual(fine);
});

test("names and ids are each cluster's own", () => {
  const twin = { ...changed(hurup, { "cluster-name": "athens", "cluster-id": "1" }), clusterName: "athens" };
  expect(wrongs(athens, twin)).toEqual({
    ...fine,
    "cluster-name": "the name athens in both clusters",
    "cluster-id": "the cluster id 1 in both clusters",
  });
  expect(wrongs(changed(athens, { "cluster-id": "0" }), hurup)["cluster-id"]).toBe("the cluster id 0");
  expect(wrongs(changed(athens, { "cluster-id": "300" }), hurup)["cluster-id"]).toBe("the cluster id 300");
  expect(wrongs(changed(athens, { "max-connected-clusters": "511" }), hurup)["cluster-id"]).toBe(
    "at most 511 clusters here and 255 there (max-connected-clusters)",
  );
});

test("packets are sent in one way", () => {
  expect(wrongs(changed(athens, { "tunnel-protocol": "geneve" }), hurup)["routing-mode"]).toBe(
    "packets sent by tunnel (geneve)",
  );
});

test("ranges of pods are disjoint, and covered where packets are not encapsulated", () => {
  expect(wrongs(athens, { ...hurup, podRanges: ["10.0.0.0/16"] })["pod-ranges"]).toBe(
    "10.0.0.0/24 here and 10.0.0.0/16 there",
  );
  const native = (range: string) => changed(athens, { "routing-mode": "native", "ipv4-native-routing-cidr": range });
  expect(wrongs(native("10.0.0.0/8"), hurup)["native-range"]).toBeUndefined();
  expect(wrongs(native("10.0.0.0/16"), hurup)["native-range"]).toBe("10.0.0.0/16, which does not cover 10.2.0.0/24");
  expect(wrongs(athens, { ...hurup, podRanges: [] })).not.toHaveProperty("pod-ranges");
});
