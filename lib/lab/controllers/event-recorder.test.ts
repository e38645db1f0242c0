import { expect, test } from "vitest";
import { createStore } from "../api/store.ts";
import type { KubeObject } from "../model.ts";
import { createEventRecorder } from "./event-recorder.ts";

function cluster(): { store: ReturnType<typeof createStore>; about: KubeObject; lines: string[] } {
  const store = createStore({ serviceCidr: "10.1.0.0/16" });
  const about = store.create("configmaps", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "default" },
  });
  return { store, about, lines: [] };
}

test("writes an event and counts its repetitions", () => {
  const { store, about } = cluster();
  const record = createEventRecorder(store, "replicaset-controller", () => {});
  record(about, "Warning", "FailedCreate", "Error creating: no");
  record(about, "Warning", "FailedCreate", "Error creating: no");
  record(about, "Warning", "FailedCreate", "Error creating: never");
  const events = store.list("events");
  expect(events.map(({ count, message }) => [message, count])).toEqual(
    expect.arrayContaining([
      ["Error creating: no", 2],
      ["Error creating: never", 1],
    ]),
  );
  expect(events).toHaveLength(2);
  expect(events[0]).toMatchObject({
    metadata: { namespace: "default", name: expect.stringMatching(/^a\.[0-9a-f]{16}$/) },
    involvedObject: { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "a", uid: about.metadata.uid },
    type: "Warning",
    reason: "FailedCreate",
    source: { component: "replicaset-controller" },
  });
});

test("starts a new event when the old one is gone", () => {
  const { store, about } = cluster();
  const record = createEventRecorder(store, "test", () => {});
  record(about, "Normal", "Seen", "here");
  store.delete("events", store.list("events")[0]!.metadata.name, "default");
  record(about, "Normal", "Seen", "here");
  expect(store.list("events").map(({ count }) => count)).toEqual([1]);
});

test("drops what the namespace's end refuses, without a word", () => {
  const { store, about, lines } = cluster();
  store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "going" } });
  store.delete("namespaces", "going");
  const record = createEventRecorder(store, "test", (line) => lines.push(line));
  record({ ...about, metadata: { ...about.metadata, namespace: "going" } }, "Normal", "Seen", "here");
  expect(store.list("events")).toEqual([]);
  expect(lines).toEqual([]);
});
