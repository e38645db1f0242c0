import { afterAll, beforeEach, expect, test } from "vitest";
import { openTestCluster } from "../../cluster/test-cluster.ts";
import { askApi } from "./api-prober.ts";
import { http, objects } from "../probes.ts";

const { server, cluster, ...opened } = await openTestCluster();
afterAll(() => opened[Symbol.asyncDispose]());
beforeEach(() => server.asked.splice(0));

const kind = { apiVersion: "v1", kind: "Service" };
const service = { ...kind, metadata: { name: "echo", namespace: "shop" } };
const one = objects(kind, { namespace: "shop", name: "echo" });
const events = "GET /api/v1/namespaces/shop/events";

test("gives one object, and its last events in order", async () => {
  server.answer("GET /api/v1/namespaces/shop/services/echo", { status: 200, body: service });
  const event = (reason: string, second: number) => ({
    reason,
    message: "none left",
    lastTimestamp: `2026-01-01T00:00:0${second}Z`,
    metadata: { name: reason },
  });
  server.answer(events, { status: 200, body: { items: [event("AllocationFailed", 2), event("Allocating", 1)] } });
  const sighting = await askApi(cluster, one);
  expect(sighting).toMatchObject({
    outcome: "answered",
    objects: [service],
    events: ["Allocating: none left", "AllocationFailed: none left"],
  });
});

test("an object that is not there is an answer without objects", async () => {
  server.answer("GET /api/v1/namespaces/shop/services/echo", { status: 404, body: { kind: "Status", code: 404 } });
  server.answer(events, { status: 200, body: { items: [] } });
  expect(await askApi(cluster, one)).toMatchObject({ outcome: "answered", objects: [], events: [] });
});

test("all objects of a kind come without events", async () => {
  server.answer("GET /api/v1/services", { status: 200, body: { items: [service] } });
  const sighting = await askApi(cluster, objects(kind));
  expect(sighting).toMatchObject({ outcome: "answered", objects: [{ metadata: { name: "echo" } }] });
  expect(sighting.events).toBeUndefined();
});

test("what the API server does not tell was not looked at", async () => {
  server.answer("GET /api/v1/namespaces/shop/services/echo", { status: 403, body: { kind: "Status", code: 403 } });
  server.answer(events, { status: 200, body: { items: [] } });
  expect(await askApi(cluster, one)).toMatchObject({ outcome: "not-run" });
  expect(await askApi(cluster, http("10.0.0.1"))).toMatchObject({ outcome: "not-run" });
});
