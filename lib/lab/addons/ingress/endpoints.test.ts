import { expect, test } from "vitest";
import type { ApiObject } from "../api-object.ts";
import { endpointsOf } from "./endpoints.ts";
import { createObjectMemory } from "./object-memory.ts";
import { roundRobin } from "./round-robin.ts";

type Address = [address: string, ready?: boolean];

function slice(name: string, port: [name: string, port: number], addresses: Address[], service = "web"): ApiObject {
  return {
    metadata: { namespace: "shop", name, labels: { "kubernetes.io/service-name": service } },
    addressType: "IPv4",
    endpoints: addresses.map(([address, ready]) => ({
      addresses: [address],
      conditions: ready === undefined ? {} : { ready },
    })),
    ports: [{ name: port[0], port: port[1], protocol: "TCP" }],
  };
}

function memoryWith(spec: object, ...slices: ApiObject[]) {
  const memory = createObjectMemory();
  memory.put("services", { metadata: { namespace: "shop", name: "web" }, spec });
  for (const each of slices) memory.put("endpointslices", each);
  const list = (port: { name?: string; number?: number }, service = "web") =>
    endpointsOf(memory, { namespace: "shop", service, port }).map(({ host, port: number }) => `${host}:${number}`);
  return { memory, list };
}

const spec = {
  type: "ClusterIP",
  ports: [
    { name: "http", port: 80, protocol: "TCP", targetPort: 8080 },
    { name: "admin", port: 81, protocol: "TCP", targetPort: "admin" },
    { name: "dns", port: 53, protocol: "UDP" },
  ],
};

test("a port is found by its number and by its name; the ready endpoints of all slices count, each once", () => {
  const { list } = memoryWith(
    spec,
    slice("a", ["http", 8080], [["10.0.1.3", true], ["10.0.1.2"], ["10.0.1.4", false]]),
    slice("b", ["http", 8080], [["10.0.1.2", true]]),
    slice("c", ["admin", 9000], [["10.0.1.2", true]]),
    slice("d", ["http", 8080], [["10.0.9.9", true]], "another"),
  );
  expect(list({ number: 80 })).toEqual(["10.0.1.2:8080", "10.0.1.3:8080"]);
  expect(list({ name: "http" })).toEqual(["10.0.1.2:8080", "10.0.1.3:8080"]);
  expect(list({ number: 81 })).toEqual(["10.0.1.2:9000"]);
});

test("there is nobody at a port that is not the Service's, at its target port, over UDP, or where there is no Service", () => {
  const { list } = memoryWith(spec, slice("a", ["http", 8080], [["10.0.1.2", true]]));
  expect([list({ number: 8080 }), list({ name: "web" }), list({ name: "dns" }), list({ number: 80 }, "gone")]).toEqual([
    [],
    [],
    [],
    [],
  ]);
});

test("a slice that is replaced, moved or removed leaves nothing behind", () => {
  const { memory, list } = memoryWith(spec, slice("a", ["http", 8080], [["10.0.1.2", true]]));
  memory.put("endpointslices", slice("a", ["http", 8080], [["10.0.1.5", true]]));
  expect(list({ number: 80 })).toEqual(["10.0.1.5:8080"]);
  memory.put("endpointslices", slice("a", ["http", 8080], [["10.0.1.5", true]], "another"));
  expect(list({ number: 80 })).toEqual([]);
  memory.replace("endpointslices", [slice("b", ["http", 8080], [["10.0.1.6", true]])]);
  expect(list({ number: 80 })).toEqual(["10.0.1.6:8080"]);
  memory.remove("endpointslices", slice("b", ["http", 8080], []));
  expect(list({ number: 80 })).toEqual([]);
});

test("an alias leads to its name", () => {
  const { list } = memoryWith({ type: "ExternalName", externalName: "web.example" });
  expect(list({ number: 8080 })).toEqual(["web.example:8080"]);
});

test("turns are taken one after the other, per key, whatever becomes of the list", () => {
  const take = roundRobin(() => 1);
  expect([
    take("x", ["a", "b", "c"]),
    take("x", ["a", "b", "c"]),
    take("y", ["a", "b"]),
    take("x", ["a", "b"]),
  ]).toEqual([
    ["b", "c", "a"],
    ["c", "a", "b"],
    ["b", "a"],
    ["b", "a"],
  ]);
  expect(take("x", [])).toEqual([]);
});
