import { expect, test } from "vitest";
import events from "../../fixtures/recorded/warning-events.json" with { type: "json" };
import pods from "../../fixtures/recorded/pods.json" with { type: "json" };
import type { KubeObject } from "./cluster.ts";
import { lastState, podSymptom } from "./pod-symptom.ts";

function eventsOf(object: string): KubeObject[] {
  const own = events.events.filter(({ obj }) => obj === object);
  return own.map((event) => ({ apiVersion: "v1", kind: "Event", metadata: { name: "e" }, ...event }));
}

test.each([
  [
    "badimage",
    /^ImagePullBackOff: Back-off pulling image "registry.invalid\/nope:1": ErrImagePull: .*connection refused$/,
    0,
  ],
  ["crash", /^its container c ends again and again \(exit code 1\)$/, 5000],
  ["nevermount", /^FailedMount: MountVolume.SetUp failed for volume "v" : configmap "missing" not found$/, 10_000],
  ["unschedulable", /^cannot be scheduled: 0\/2 nodes are available: 2 node\(s\) didn't match/, 5000],
] as const)("the recorded pod %s is explained", (name, message, holdMs) => {
  const symptom = podSymptom(pods[name], eventsOf(`Pod/${name}`));
  expect(symptom).toMatchObject({ message: expect.stringMatching(message), holdMs });
});

test("a ready pod has no symptom", () => {
  expect(podSymptom(pods.ready as KubeObject, [])).toBeUndefined();
});

test("a pod that is still being set up has no symptom until an event says so", () => {
  expect(podSymptom(pods.nevermount as KubeObject, [])).toBeUndefined();
  expect(lastState(pods.nevermount as KubeObject, [])).toBe("is Pending");
});

test("a mount that failed once is history when the container runs", () => {
  expect(podSymptom(pods.ready as KubeObject, eventsOf("Pod/nevermount"))).toBeUndefined();
});

test("a pod that runs and is not ready is told with its last warning", () => {
  expect(lastState(pods.ready as KubeObject, eventsOf("Pod/b0"))).toMatch(
    /^runs and is not ready; Unhealthy: Readiness probe failed: Get ".*": dial tcp .*: connect: connection refused$/,
  );
});

test("an evicted pod is told with its reason", () => {
  const status = { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, status };
  expect(podSymptom(pod, [])?.message).toBe("has failed: Evicted: The node was low on resource: memory.");
});
