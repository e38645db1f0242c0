import { createInterface } from "node:readline";
import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestServer } from "../test-server.ts";
import type { TestServer } from "../test-server.ts";

const configMaps = "/api/v1/namespaces/facts/configmaps";

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const put = (name: string, labels: Record<string, string> = {}, data: Record<string, string> = {}) => {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "facts", labels }, data };
  const known = server.store.get("configmaps", name, "facts");
  return known ? server.store.update("configmaps", object) : server.store.create("configmaps", object);
};

interface Line {
  type: string;
  object: {
    metadata: { name?: string; resourceVersion: string; annotations?: object };
    code?: number;
    message?: string;
  };
}

/** The lines of a watch, one by one as they come. */
async function watch(query: string): Promise<{ next(): Promise<Line | undefined>; response: IncomingMessage }> {
  const response = await server.open(`${configMaps}?watch=1&${query}`);
  const lines = createInterface({ input: response })[Symbol.asyncIterator]();
  return {
    response,
    async next() {
      const { value, done } = await lines.next();
      return done ? undefined : (JSON.parse(value) as Line);
    },
  };
}
const brief = (line: Line | undefined) => line && `${line.type} ${line.object.metadata.name}`;

describe("a watch", () => {
  test("without a version begins with what exists", async () => {
    put("a");
    const { next } = await watch("");
    expect(brief(await next())).toBe("ADDED a");
    put("b");
    expect(brief(await next())).toBe("ADDED b");
    put("a", {}, { x: "1" });
    expect(brief(await next())).toBe("MODIFIED a");
    server.store.delete("configmaps", "a", "facts");
    expect(brief(await next())).toBe("DELETED a");
  });

  test("from a version tells exactly what came after it", async () => {
    put("a");
    const { metadata } = put("b");
    put("a", {}, { x: "1" });
    const { next } = await watch(`resourceVersion=${metadata.resourceVersion}`);
    expect(brief(await next())).toBe("MODIFIED a");
    put("c");
    expect(brief(await next())).toBe("ADDED c");
  });

  test("tells those who select that an object left or joined the selection", async () => {
    put("a", { on: "no" });
    const { next } = await watch("labelSelector=on%3Dyes");
    put("a", { on: "yes" });
    expect(brief(await next())).toBe("ADDED a");
    const { metadata } = put("a", { on: "no" });
    const left = await next();
    expect(brief(left)).toBe("DELETED a");
    expect(left?.object.metadata.resourceVersion).toBe(metadata.resourceVersion);
  });

  test("from a version that is too old ends with one error line and status 200", async () => {
    for (let index = 0; index < 150; index += 1) put(`c${index}`);
    const { next, response } = await watch("resourceVersion=1");
    expect(response.statusCode).toBe(200);
    const line = await next();
    expect(line).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
    expect(line?.object.message).toMatch(/^too old resource version: 1 \(\d+\)$/);
    expect(await next()).toBeUndefined();
  });

  test("from a version in the future is silent until its time is up", async () => {
    put("a");
    const { next } = await watch("resourceVersion=99999999&timeoutSeconds=1");
    put("b");
    expect(await next()).toBeUndefined();
  });

  test("is whole for a client that reads slowly, also when changes come after its end", async () => {
    const response = await server.open(`${configMaps}?watch=1&timeoutSeconds=1`);
    response.pause();
    const large = "x".repeat(100_000);
    for (let change = 0; change < 100; change++) put("a", {}, { x: `${change}${large}` });
    await delay(1_100);
    put("b");
    const lines: string[] = [];
    for await (const line of createInterface({ input: response })) lines.push(line);
    expect(response.complete).toBe(true);
    expect(lines).toHaveLength(100);
  });

  test("marks the end of the initial events", async () => {
    put("a");
    const query = "sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
    const { next } = await watch(query);
    expect(brief(await next())).toBe("ADDED a");
    expect(await next()).toEqual({
      type: "BOOKMARK",
      object: {
        kind: "ConfigMap",
        apiVersion: "v1",
        metadata: {
          resourceVersion: `${server.store.storage.revision()}`,
          annotations: { "k8s.io/initial-events-end": "true" },
        },
      },
    });
    put("b");
    expect(brief(await next())).toBe("ADDED b");
  });

  test("ends when the server closes", async () => {
    const { next } = await watch("");
    const end = next();
    await server[Symbol.asyncDispose]();
    expect(await end.catch(() => undefined)).toBeUndefined();
    server = await startTestServer();
  });

  test("gives tables to those who ask, with columns in the first line alone", async () => {
    put("a");
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const response = await server.open(`${configMaps}?watch=1`, { accept });
    const lines = createInterface({ input: response })[Symbol.asyncIterator]();
    const first = JSON.parse(String((await lines.next()).value));
    expect(first.object.columnDefinitions).toHaveLength(3);
    expect(first.object.rows[0].cells.slice(0, 2)).toEqual(["a", 0]);
    put("b", {}, { x: "1", y: "2" });
    const second = JSON.parse(String((await lines.next()).value));
    expect(second.object).toMatchObject({ columnDefinitions: null, rows: [{ cells: ["b", 2, expect.any(String)] }] });
  });
});
