import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestServer } from "../test-server.ts";
import type { TestServer } from "../test-server.ts";

const configMaps = "/api/v1/namespaces/facts/configmaps";

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const create = (name: string) =>
  server.store.create("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "facts" } });
const names = ({ items }: { items: { metadata: { name: string } }[] }) => items.map(({ metadata }) => metadata.name);

describe("a list", () => {
  test("comes in pages that show one and the same moment", async () => {
    for (let index = 0; index < 12; index += 1) create(`b${index}`);
    const first = (await server.ask("GET", `${configMaps}?limit=2`)).body;
    expect(names(first)).toEqual(["b0", "b1"]);
    expect(first).toMatchObject({ kind: "ConfigMapList", apiVersion: "v1", metadata: { remainingItemCount: 10 } });
    const token = JSON.parse(Buffer.from(first.metadata.continue, "base64url").toString());
    expect(token).toEqual({ v: "meta.k8s.io/v1", rv: Number(first.metadata.resourceVersion), start: "/b1\0" });
    create("b100");
    server.store.delete("configmaps", "b11", "facts");
    const second = (await server.ask("GET", `${configMaps}?limit=2&continue=${first.metadata.continue}`)).body;
    expect(names(second)).toEqual(["b10", "b11"]);
    expect(second.metadata).toMatchObject({ resourceVersion: first.metadata.resourceVersion, remainingItemCount: 8 });
    const rest = (await server.ask("GET", `${configMaps}?continue=${second.metadata.continue}`)).body;
    expect(rest.items).toHaveLength(8);
    expect(rest.metadata).not.toHaveProperty("continue");
  });

  test("goes on without consistency when the first page is too long ago", async () => {
    for (let index = 0; index < 4; index += 1) create(`b${index}`);
    const { metadata } = (await server.ask("GET", `${configMaps}?limit=2`)).body;
    for (let index = 0; index < 150; index += 1) create(`c${index}`);
    const gone = await server.ask("GET", `${configMaps}?limit=2&continue=${metadata.continue}`);
    expect(gone).toMatchObject({ status: 410, body: { reason: "Expired", code: 410 } });
    const next = await server.ask("GET", `${configMaps}?limit=2&continue=${gone.body.metadata.continue}`);
    expect(names(next.body)).toEqual(["b2", "b3"]);
  });

  test("refuses a garbled token as recorded", async () => {
    const token = "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhXHUwMDAwIn0=";
    const { body } = await server.ask("GET", `${configMaps}?limit=1&continue=${token}`);
    expect(body).toMatchObject({
      code: 400,
      message: "invalid continue token: continue key is not valid: illegal base64 data at input byte 63",
    });
  });

  test("of a future version is refused with a time to wait", async () => {
    const answer = await server.ask("GET", `${configMaps}?resourceVersion=99999999`);
    expect(answer.headers["retry-after"]).toBe("1");
    expect(answer.body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: `Timeout: Too large resource version: 99999999, current: ${server.store.storage.revision()}`,
      reason: "Timeout",
      details: {
        causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
        retryAfterSeconds: 1,
      },
      code: 504,
    });
  });

  test("of an exact version shows that moment, and one too old is refused", async () => {
    const { metadata } = create("a");
    create("b");
    const exact = `resourceVersionMatch=Exact&resourceVersion=${metadata.resourceVersion}`;
    expect(names((await server.ask("GET", `${configMaps}?${exact}`)).body)).toEqual(["a"]);
    for (let index = 0; index < 150; index += 1) create(`c${index}`);
    expect((await server.ask("GET", `${configMaps}?${exact}`)).body).toMatchObject({
      code: 410,
      message: "The resourceVersion for the provided list is too old.",
    });
  });

  test("of events is the same in both of their groups", async () => {
    const involvedObject = { kind: "Pod", name: "p", namespace: "facts" };
    const metadata = { name: "e", namespace: "facts" };
    server.store.create("events", {
      apiVersion: "v1",
      kind: "Event",
      metadata,
      involvedObject,
      message: "m",
      type: "Normal",
    });
    const later = await server.ask(
      "GET",
      "/apis/events.k8s.io/v1/namespaces/facts/events?fieldSelector=regarding.name%3Dp",
    );
    expect(later.body.items[0]).toMatchObject({ note: "m", regarding: involvedObject, type: "Normal" });
    const core = await server.ask("GET", "/api/v1/namespaces/facts/events?fieldSelector=involvedObject.name%3Dp");
    expect(core.body.items[0]).toMatchObject({ message: "m", involvedObject });
  });
});
