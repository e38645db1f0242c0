import { expect, test } from "vitest";
import { createStore } from "../api/store.ts";
import { startEventExpiry } from "./event-expiry.ts";

const context = { log: () => {}, record: () => {} };

function eventAt(name: string, lastTimestamp: string) {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace: "default" },
    involvedObject: { kind: "Pod", name: "p", namespace: "default" },
    reason: "Test",
    type: "Normal",
    lastTimestamp,
  };
}

const now = () => new Date().toISOString();

test("forgets an event an hour after it was last seen", async () => {
  const store = createStore({ serviceCidr: "10.1.0.0/16" });
  const gone = Promise.withResolvers<string>();
  store.create("events", eventAt("old", new Date(Date.now() - 3_600_000).toISOString()));
  store.create("events", eventAt("young", now()));
  store.watch("events", ({ type, object }) => type === "DELETED" && gone.resolve(object.metadata.name));
  const stop = startEventExpiry(store, context, 1);
  expect(await gone.promise).toBe("old");
  expect(store.list("events").map(({ metadata }) => metadata.name)).toEqual(["young"]);
  stop();
});

test("forgets the events longest not seen beyond the limit", async () => {
  const store = createStore({ serviceCidr: "10.1.0.0/16" });
  const stop = startEventExpiry(store, context, 2);
  for (const name of ["a", "b"]) store.create("events", eventAt(name, now()));
  store.modify("events", "a", "default", (copy) => ({ ...copy, count: 2 }));
  const gone = Promise.withResolvers<void>();
  store.watch("events", ({ type }) => type === "DELETED" && gone.resolve());
  store.create("events", eventAt("c", now()));
  await gone.promise;
  expect(store.list("events").map(({ metadata }) => metadata.name)).toEqual(["a", "c"]);
  stop();
});
