import { expect, test } from "vitest";
import events from "../../../fixtures/recorded/warning-events.json" with { type: "json" };
import pods from "../../../fixtures/recorded/pods.json" with { type: "json" };
import type { KubeObject } from "../cluster.ts";
import { lastState, podSymptom } from "./pod-symptom.ts";

function eventsOf(object: string): KubeObject[] {
  const own = events.events.filter(({ obj }) => obj === object);
  return own.map((event) => ({ apiVersion: "v1", kind: "Event", metadata: { name: "e" }, ...event }));
}

/** An event at a time of day. */
function eventAt(reason: string, message: string, time: string): KubeObject {
  const type = /^(Failed|Back)/.test(reason) ? "Warning" : "Normal";
  const lastTimestamp = `2026-11-21T${time}Z`;
  return { apiVersion: "v1", kind: "Event", metadata: { name: "e" }, type, reason, message, lastTimestamp };
}

test.each([
  [
    "badimage",
    /^ImagePullBackOff: Back-off pulling image "registry.invalid\/nope:1": ErrImagePull: (?!.*failed to pull .*failed to pull).*connection refused$/,
    60_000,
  ],
  ["crash", /^its container c ends again and again \(exit code 1\)$/, 5000],
  ["nevermount", /^FailedMount: MountVolume.SetUp failed for volume "v" : configmap "missing" not found$/, 10_000],
  ["unschedulable", /^cannot be scheduled: 0\/2 nodes are available: 2 node\(s\) didn't match/, 5000],
] as const)("the recorded pod %s is explained", (name, message, holdMs) => {
  const symptom = podSymptom(pods[name], eventsOf(`Pod/${name}`));
  expect(symptom).toMatchObject({ message: expect.stringMatching(message), holdMs });
});

const pulled = (reason: string, message: string): KubeObject => ({
  ...(pods.badimage as KubeObject),
  status: { containerStatuses: [{ name: "c", state: { waiting: { reason, message } } }] },
});

test.each([
  "docker.io/library/nope:1: not found",
  "unexpected status from HEAD request: 401 Unauthorized",
  "pull access denied, repository does not exist or may require authorization",
  "no match for platform in manifest: not found",
  "reading manifest 1 in quay.io/nope: manifest unknown",
  "couldn't parse image name: invalid reference format",
])("an image that is not there for this node is believed soon: %s", (message) => {
  for (const reason of ["ErrImagePull", "ImagePullBackOff"])
    expect(podSymptom(pulled(reason, message), [])).toMatchObject({ reason: "ImagePull", holdMs: 5000 });
});

test.each([
  "dial tcp 10.0.0.1:443: i/o timeout",
  "lookup registry on 10.96.0.10:53: no such host",
  "429 Too Many Requests",
])("a registry that does not answer may answer later: %s", (message) => {
  for (const reason of ["ErrImagePull", "ImagePullBackOff"])
    expect(podSymptom(pulled(reason, message), [])).toMatchObject({ reason: "ImagePull", holdMs: 60_000 });
});

test("a back-off that does not name its cause is explained by the event that does", () => {
  const failed = eventAt("Failed", 'Failed to pull image "nope:1": docker.io/library/nope:1: not found', "01:00:05");
  const backOff = eventAt("BackOff", 'Back-off pulling image "nope:1"', "01:00:09");
  const error = eventAt("Failed", "Error: ImagePullBackOff", "01:00:09");
  const pod = pulled("ImagePullBackOff", 'Back-off pulling image "nope:1"');
  expect(podSymptom(pod, [failed, backOff, error])).toMatchObject({
    message: 'ImagePullBackOff: Back-off pulling image "nope:1": docker.io/library/nope:1: not found',
    holdMs: 5000,
  });
});

test.each(["Pulling", "Pulled", "Created", "Started"])("a mount that failed before %s is history", (reason) => {
  const pod = pods.nevermount as KubeObject;
  const mount = eventAt("FailedMount", "failed to sync configmap cache", "01:00:05");
  expect(podSymptom(pod, [mount, eventAt(reason, "", "01:00:06")])).toBeUndefined();
  expect(podSymptom(pod, [mount, eventAt(reason, "", "01:00:05")])).toBeUndefined();
  expect(podSymptom(pod, [mount, eventAt(reason, "", "01:00:04")])?.reason).toBe("FailedMount");
  expect(podSymptom(pod, [mount, eventAt("Scheduled", "", "01:00:06")])?.reason).toBe("FailedMount");
});

test("a sandbox that cannot be made is believed after several attempts of the kubelet", () => {
  const sandbox = eventAt("FailedCreatePodSandBox", 'plugin type="cilium-cni" failed', "01:00:05");
  expect(podSymptom(pods.nevermount as KubeObject, [sandbox])?.holdMs).toBe(30_000);
});

test("a pod that runs and does not become ready has a symptom that needs time", () => {
  const unready = { ...(pods.ready as KubeObject), status: { ...pods.ready.status, conditions: [] } };
  expect(podSymptom(unready, eventsOf("Pod/b0"))).toMatchObject({
    reason: "Unready",
    message: expect.stringMatching(
      /^runs and is not ready; Unhealthy: Readiness probe failed: Get ".*connection refused$/,
    ),
    holdMs: 20_000,
  });
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

test("a pod that has run out of time is told with its last warning", () => {
  expect(lastState(pods.ready as KubeObject, eventsOf("Pod/b0"))).toMatch(
    /^runs and is not ready; Unhealthy: Readiness probe failed: Get ".*": dial tcp .*: connect: connection refused$/,
  );
});

test("an evicted pod is told with its reason", () => {
  const status = { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, status };
  expect(podSymptom(pod, [])?.message).toBe("has failed: Evicted: The node was low on resource: memory.");
});
