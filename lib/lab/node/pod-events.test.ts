import { expect, it } from "vitest";
import { createStore } from "../api/store.ts";
import { ApiError, type KubeObject } from "../model.ts";
import { createPodEvents } from "./pod-events.ts";

const pod: KubeObject = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "default", uid: "u-1" } };
const failed = { type: "Warning", reason: "Failed", message: "no", container: "c" } as const;

const key = ({ message, involvedObject }: KubeObject): string => `${involvedObject.uid} ${message}`;

it("writes events in the kubelet's name, and counts those that repeat", () => {
  const store = createStore({ serviceCidr: "10.1.0.0/16" });
  const record = createPodEvents(store, "worker", () => {});
  record(pod, failed);
  record(pod, failed);
  record(pod, { ...failed, message: "still no" });
  record({ ...pod, metadata: { ...pod.metadata, uid: "u-2" } }, failed);
  const events = store.list("events").toSorted((left, right) => key(left).localeCompare(key(right)));
  expect(events.map(({ message, count, involvedObject }) => [message, count, involvedObject.uid])).toEqual([
    ["no", 2, "u-1"],
    ["still no", 1, "u-1"],
    ["no", 1, "u-2"],
  ]);
  expect(events[0]).toMatchObject({
    metadata: { name: expect.stringMatching(/^p\.[0-9a-f]{16}$/), namespace: "default" },
    involvedObject: { kind: "Pod", name: "p", namespace: "default", fieldPath: "spec.containers{c}" },
    type: "Warning",
    reason: "Failed",
    source: { component: "kubelet", host: "worker" },
  });
});

it("drops what the store refuses in a namespace that goes away, and logs anything else", () => {
  const logged: string[] = [];
  const refusing = (error: Error) => ({
    ...createStore({ serviceCidr: "10.1.0.0/16" }),
    create: () => {
      throw error;
    },
  });
  createPodEvents(refusing(new ApiError(403, "Forbidden", "going")), "worker", (line) => logged.push(line))(
    pod,
    failed,
  );
  expect(logged).toEqual([]);
  createPodEvents(refusing(new Error("full")), "worker", (line) => logged.push(line))(pod, failed);
  expect(logged).toEqual(["event Failed of p: Error: full"]);
});
