import { expect, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { rollingScaleDown, rollingTarget, rolloutBounds } from "./deployment-rollout.ts";

function deployment(replicas: number, rollingUpdate: object | undefined, type = "RollingUpdate"): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { replicas, strategy: { type, ...(rollingUpdate && { rollingUpdate }) } },
  };
}

test.for([
  ["the defaults", deployment(10, undefined), { desired: 10, most: 13, least: 8 }],
  ["one replica and the defaults", deployment(1, undefined), { desired: 1, most: 2, least: 1 }],
  ["absolute numbers", deployment(4, { maxSurge: 2, maxUnavailable: 1 }), { desired: 4, most: 6, least: 3 }],
  ["nothing to spare", deployment(4, { maxSurge: 0, maxUnavailable: "0%" }), { desired: 4, most: 4, least: 3 }],
  ["no replicas", deployment(0, undefined), { desired: 0, most: 0, least: 0 }],
  ["Recreate", deployment(3, undefined, "Recreate"), { desired: 3, most: 3, least: 0 }],
] as const)("bounds for %s", ([, object, bounds]) => {
  expect(rolloutBounds(object)).toEqual(bounds);
});

const of = (wanted: number, available = wanted) => ({ wanted, available });

test.for([
  ["a first rollout asks for all", 3, of(0), [], 3],
  ["the surge bounds the first step", 4, of(0), [of(4)], 1],
  ["what is gone makes room", 4, of(1), [of(2)], 3],
  ["an idle old set does not count", 4, of(4), [of(0)], 4],
  ["scaling down is immediate", 2, of(4), [], 2],
  ["a full house asks for no more", 4, of(1), [of(4)], 1],
] as const)("%s", ([, replicas, current, old, target]) => {
  const object = deployment(replicas, { maxSurge: 1, maxUnavailable: 0 });
  expect(rollingTarget(object, current, [...old])).toBe(target);
});

test.for([
  ["nothing goes before the new pod is available", of(1, 0), [of(4)], [4]],
  ["one goes for each new one", of(1, 1), [of(4)], [3]],
  ["an unavailable old pod stays while there is no room", of(1, 0), [of(4, 3)], [4]],
  ["an unavailable old pod goes when there is room", of(2, 2), [of(1, 0), of(3)], [0, 2]],
  ["the oldest set goes first", of(2, 2), [of(1), of(2)], [0, 2]],
  ["a lagging status takes no pod twice", of(1, 1), [of(3, 4)], [3]],
  ["all go in the end", of(4, 4), [of(1)], [0]],
] as const)("%s", ([, current, old, counts]) => {
  const object = deployment(4, { maxSurge: 1, maxUnavailable: 0 });
  expect(rollingScaleDown(object, current, [...old])).toEqual(counts);
});
