import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../model.ts";
import { afterExit, afterStart, type ContainerRecord, newRecord } from "./container-record.ts";
import { type PodFacts, podStatus } from "./pod-status.ts";

const before = "2026-11-21T01:26:53Z";
const now = "2026-11-21T01:26:54Z";
const nowMs = Date.parse(now);
const scheduled = { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime: before };

const pod = (spec: Record<string, unknown> = {}, conditions: unknown[] = [scheduled]): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "ok", namespace: "facts", uid: "u", generation: 1 },
  spec: {
    containers: [{ name: "c", image: "node:24", volumeMounts: [{ name: "v", mountPath: "/v", readOnly: true }] }],
    ...spec,
  },
  status: { phase: "Pending", qosClass: "BestEffort", conditions },
});
const down: PodFacts = {
  sandbox: "down",
  addresses: [],
  hostAddresses: ["172.19.0.3"],
  startTime: before,
  terminating: false,
};
const up: PodFacts = { ...down, sandbox: "up", addresses: ["10.0.0.5"] };

const fresh = newRecord("c", "node:24", "ContainerCreating");
const identity = { containerID: "lab://1", image: "docker.io/library/node:24", imageID: "sha256:1" };
const running = afterStart(fresh, identity, { startup: false, readiness: false }, nowMs);
const of = (record: ContainerRecord): Map<string, ContainerRecord> => new Map([["c", record]]);
const marks = (status: ReturnType<typeof podStatus>): string[] =>
  status.conditions.map(({ type, status: value, reason }) => `${type}=${value}${reason ? `:${reason}` : ""}`);

describe("status of a pod", () => {
  it("is as a real one's while its container is being made", () => {
    expect(podStatus(pod(), down, of(fresh), before)).toMatchInlineSnapshot(`
      {
        "conditions": [
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-11-21T01:26:53Z",
            "observedGeneration": 1,
            "status": "False",
            "type": "PodReadyToStartContainers",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-11-21T01:26:53Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "Initialized",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-11-21T01:26:53Z",
            "message": "containers with unready status: [c]",
            "observedGeneration": 1,
            "reason": "ContainersNotReady",
            "status": "False",
            "type": "Ready",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-11-21T01:26:53Z",
            "message": "containers with unready status: [c]",
            "observedGeneration": 1,
            "reason": "ContainersNotReady",
            "status": "False",
            "type": "ContainersReady",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-11-21T01:26:53Z",
            "status": "True",
            "type": "PodScheduled",
          },
        ],
        "containerStatuses": [
          {
            "image": "node:24",
            "imageID": "",
            "lastState": {},
            "name": "c",
            "ready": false,
            "restartCount": 0,
            "started": false,
            "state": {
              "waiting": {
                "reason": "ContainerCreating",
              },
            },
            "volumeMounts": [
              {
                "mountPath": "/v",
                "name": "v",
                "readOnly": true,
                "recursiveReadOnly": "Disabled",
              },
            ],
          },
        ],
        "hostIP": "172.19.0.3",
        "hostIPs": [
          {
            "ip": "172.19.0.3",
          },
        ],
        "observedGeneration": 1,
        "phase": "Pending",
        "qosClass": "BestEffort",
        "resources": {},
        "startTime": "2026-11-21T01:26:53Z",
      }
    `);
  });

  it("is as a real one's when it runs, with transition times only where something changed", () => {
    const first = podStatus(pod(), down, of(fresh), before);
    const stored = { ...pod(), status: first };
    expect(podStatus(stored, up, of(running), now)).toMatchInlineSnapshot(`
      {
        "conditions": [
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-11-21T01:26:54Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "PodReadyToStartContainers",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-11-21T01:26:53Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "Initialized",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-11-21T01:26:54Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "Ready",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-11-21T01:26:54Z",
            "observedGeneration": 1,
            "status": "True",
            "type": "ContainersReady",
          },
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-11-21T01:26:53Z",
            "status": "True",
            "type": "PodScheduled",
          },
        ],
        "containerStatuses": [
          {
            "containerID": "lab://1",
            "image": "docker.io/library/node:24",
            "imageID": "sha256:1",
            "lastState": {},
            "name": "c",
            "ready": true,
            "resources": {},
            "restartCount": 0,
            "started": true,
            "state": {
              "running": {
                "startedAt": "2026-11-21T01:26:54Z",
              },
            },
            "user": {
              "linux": {
                "gid": 0,
                "supplementalGroups": [
                  0,
                ],
                "uid": 0,
              },
            },
            "volumeMounts": [
              {
                "mountPath": "/v",
                "name": "v",
                "readOnly": true,
                "recursiveReadOnly": "Disabled",
              },
            ],
          },
        ],
        "hostIP": "172.19.0.3",
        "hostIPs": [
          {
            "ip": "172.19.0.3",
          },
        ],
        "observedGeneration": 1,
        "phase": "Running",
        "podIP": "10.0.0.5",
        "podIPs": [
          {
            "ip": "10.0.0.5",
          },
        ],
        "qosClass": "BestEffort",
        "resources": {},
        "startTime": "2026-11-21T01:26:53Z",
      }
    `);
  });

  it("has its end in two steps: done while the sandbox is there, succeeded without it", () => {
    const ended = of(afterExit(running, 0, nowMs));
    const finite = pod({ restartPolicy: "Never" });
    const [first, second] = [up, { ...up, sandbox: "down" as const }].map((facts) =>
      podStatus(finite, facts, ended, now),
    );
    expect([first?.phase, second?.phase]).toEqual(["Running", "Succeeded"]);
    expect(second && marks(second)).toEqual([
      "PodReadyToStartContainers=False",
      "Initialized=True:PodCompleted",
      "Ready=False:PodCompleted",
      "ContainersReady=False:PodCompleted",
      "PodScheduled=True",
    ]);
    expect(second?.["podIP"]).toBe("10.0.0.5");
  });

  it("is not ready any more when the pod is to go", () => {
    const status = podStatus(pod(), { ...up, terminating: true }, of(running), now);
    expect(marks(status)).toContain("Ready=False:ContainersNotReady");
    expect(status["containerStatuses"]).toMatchObject([{ ready: false, started: true }]);
  });

  it("waits for readiness gates, and leaves them as their owners wrote them", () => {
    const gate = { type: "example.com/lb", status: "False" };
    const gated = { readinessGates: [{ conditionType: "example.com/lb" }, { conditionType: "example.com/other" }] };
    const status = podStatus(pod(gated, [gate, scheduled]), up, of(running), now);
    expect(status.conditions.find(({ type }) => type === "Ready")).toMatchObject({
      status: "False",
      reason: "ReadinessGatesNotReady",
      message:
        'the status of pod readiness gate "example.com/lb" is not "True", but False, ' +
        'corresponding condition of pod readiness gate "example.com/other" does not exist.',
    });
    expect(marks(status)).toContain("ContainersReady=True");
    expect(status.conditions.slice(-2)).toEqual([gate, scheduled]);
  });

  it("names the init containers that are not done", () => {
    const init = newRecord("first", "node:24", "PodInitializing");
    const records = new Map([["first", init], ...of(fresh)]);
    const status = podStatus(pod({ initContainers: [{ name: "first", image: "node:24" }] }), up, records, now);
    expect(status.conditions[1]).toMatchObject({
      type: "Initialized",
      status: "False",
      reason: "ContainersNotInitialized",
      message: "containers with incomplete status: [first]",
    });
    expect(status["initContainerStatuses"]).toMatchObject([
      { name: "first", state: { waiting: { reason: "PodInitializing" } } },
    ]);
  });
});
