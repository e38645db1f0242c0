import { afterEach, beforeEach, describe, expect, test } from "vitest";
import errors from "../../fixtures/recorded/api-errors.json" with { type: "json" };
import paging from "../../fixtures/recorded/paging.json" with { type: "json" };
import type { Asked } from "./playback-server.ts";
import { openTestCluster, type TestCluster } from "./test-cluster.ts";

let lab: TestCluster;
beforeEach(async () => {
  lab = await openTestCluster();
});
afterEach(() => lab[Symbol.asyncDispose]());

const pod = { apiVersion: "v1", kind: "Pod" };
const names = (objects: { metadata: { name: string } }[]): string[] => objects.map(({ metadata }) => metadata.name);
const named = (name: string): object => ({ metadata: { name } });

describe("list", () => {
  test("reads all pages and gives each item its kind", async () => {
    const { continue: next } = paging.page1.metadata;
    lab.server.answer("GET /api/v1/namespaces/facts/pods", ({ query }) =>
      query.get("continue") === next
        ? { status: 200, body: { metadata: {}, items: paging.page2.names.map(named) } }
        : { status: 200, body: { metadata: paging.page1.metadata, items: paging.page1.names.map(named) } },
    );
    const pods = await lab.cluster.list(pod, {
      namespace: "facts",
      labelSelector: "a=b,!c",
      fieldSelector: "status.phase=Running",
    });
    expect(names(pods)).toEqual(["b0", "b1", "b10", "b11"]);
    expect(pods[0]).toMatchObject(pod);
    const queries = lab.server.asked.slice(1).map(({ query }) => Object.fromEntries(query));
    const selectors = { labelSelector: "a=b,!c", fieldSelector: "status.phase=Running", limit: "500" };
    expect(queries).toEqual([selectors, { ...selectors, continue: next }]);
  });

  test("reads in one piece when a page has expired", async () => {
    lab.server.answer("GET /api/v1/pods", ({ query }) => {
      if (query.has("continue"))
        return { status: 410, body: { kind: "Status", reason: "Expired", message: "too old" } };
      if (query.has("limit")) return { status: 200, body: { metadata: { continue: "next" }, items: [named("a")] } };
      return { status: 200, body: { metadata: {}, items: [named("a"), named("b")] } };
    });
    expect(names(await lab.cluster.list(pod))).toEqual(["a", "b"]);
  });

  test("of a kind that the server does not know is empty", async () => {
    lab.server.answer("GET /apis/cilium.io/v2", errors["404-path"]);
    expect(await lab.cluster.list({ apiVersion: "cilium.io/v2", kind: "CiliumNode" })).toEqual([]);
    expect(await lab.cluster.list({ apiVersion: "v1", kind: "Nonsense" })).toEqual([]);
  });

  test("asks once what a group holds, however many ask", async () => {
    lab.server.answer("GET /api/v1/pods", { status: 200, body: { items: [] } });
    await Promise.all([lab.cluster.list(pod), lab.cluster.list(pod)]);
    expect(lab.server.asked.map(({ path }) => path)).toEqual(["/api/v1", "/api/v1/pods", "/api/v1/pods"]);
  });

  test("that is forbidden tells so in the server's words", async () => {
    lab.server.answer("GET /api/v1/namespaces/facts/pods", errors["403-forbidden"]);
    await expect(lab.cluster.list(pod, { namespace: "facts" })).rejects.toMatchObject({
      kind: "broken",
      status: 403,
      message:
        `test cluster (127.0.0.1:${lab.server.port}): GET /api/v1/namespaces/facts/pods: 403 Forbidden: pods is forbidden: ` +
        'User "system:serviceaccount:facts:default" cannot list resource "pods" in API group "" in the namespace "facts"',
      cure: "Ask for that permission; this lists what is allowed: kubectl --context 'test cluster' auth can-i --list",
    });
  });
});

describe("get", () => {
  test("returns what the server sent, dates as text", async () => {
    const stored = { ...pod, metadata: { name: "ok", creationTimestamp: "2026-11-21T01:26:53Z" }, unknownField: [1] };
    lab.server.answer("GET /api/v1/namespaces/facts/pods/ok", { status: 200, body: stored });
    expect(await lab.cluster.get(pod, "ok", "facts")).toEqual(stored);
  });

  test("of an object that does not exist is undefined", async () => {
    lab.server.answer("GET /api/v1/namespaces/facts/pods/nope", errors["404-object"]);
    expect(await lab.cluster.get(pod, "nope", "facts")).toBeUndefined();
  });

  test("of a namespaced kind asks for a namespace", async () => {
    await expect(lab.cluster.get(pod, "ok")).rejects.toThrow("pods live in a namespace; none was given");
  });
});

describe("apply", () => {
  test("is forced, under our own name, and keeps fields that no library knows", async () => {
    const object = { ...pod, metadata: { name: "ok", namespace: "facts" }, spec: { brandNew: true } };
    lab.server.answer("PATCH /api/v1/namespaces/facts/pods/ok", { status: 201, body: { ...object, stored: true } });
    expect(await lab.cluster.apply(object)).toMatchObject({ stored: true });
    const sent = lab.server.asked.at(-1) as Asked;
    expect(Object.fromEntries(sent.query)).toEqual({ fieldManager: "meshgate", force: "true" });
    expect(sent.headers["content-type"]).toBe("application/apply-patch+yaml");
    expect(JSON.parse(sent.body)).toEqual(object);
  });

  test("that conflicts is broken", async () => {
    lab.server.answer("PATCH /api/v1/namespaces/facts/pods/ok", errors["409-conflict"]);
    const applying = lab.cluster.apply({ ...pod, metadata: { name: "ok", namespace: "facts" } });
    await expect(applying).rejects.toMatchObject({ kind: "broken", failure: "conflict", reason: "Conflict" });
  });

  test("of a kind that the server does not know is broken", async () => {
    const applying = lab.cluster.apply({ apiVersion: "v1", kind: "Nonsense", metadata: { name: "x" } });
    await expect(applying).rejects.toThrow("the server does not know the kind Nonsense of v1");
  });
});

describe("remove", () => {
  const namespace = { apiVersion: "v1", kind: "Namespace" };

  test("of an object that does not exist is no error", async () => {
    lab.server.answer("DELETE /api/v1/namespaces/facts/pods/nope", errors["404-object"]);
    await lab.cluster.remove(pod, "nope", "facts");
    expect(lab.server.asked.at(-1)).toMatchObject({ method: "DELETE", path: "/api/v1/namespaces/facts/pods/nope" });
  });

  test("of a namespace that is already going is no error", async () => {
    lab.server.answer("DELETE /api/v1/namespaces/facts", errors["409-conflict"]);
    const going = { metadata: { name: "facts", deletionTimestamp: "2026-11-21T01:26:53Z" } };
    lab.server.answer("GET /api/v1/namespaces/facts", { status: 200, body: going });
    await expect(lab.cluster.remove(namespace, "facts")).resolves.toBeUndefined();
  });

  test("of an object that stays, because of a conflict, is broken", async () => {
    lab.server.answer("DELETE /api/v1/namespaces/facts", errors["409-conflict"]);
    lab.server.answer("GET /api/v1/namespaces/facts", { status: 200, body: { metadata: { name: "facts" } } });
    await expect(lab.cluster.remove(namespace, "facts")).rejects.toMatchObject({ failure: "conflict" });
  });
});

describe("log", () => {
  const path = "GET /api/v1/namespaces/facts/pods/ok/log";

  test("returns the last lines", async () => {
    lab.server.answer(path, { status: 200, body: "one\ntwo\n" });
    expect(await lab.cluster.log("facts", "ok", { tailLines: 2, previous: true, container: "agent" })).toBe(
      "one\ntwo\n",
    );
    const query = Object.fromEntries((lab.server.asked.at(-1) as Asked).query);
    expect(query).toEqual({ tailLines: "2", previous: "true", container: "agent" });
  });

  test.each([
    [{ status: 204, body: "" }],
    [{ status: 200, body: "unable to retrieve container logs for containerd://c1bfb0de008d" }],
    [errors["404-object"]],
    [
      {
        status: 400,
        body: { kind: "Status", reason: "BadRequest", message: "previous terminated container not found" },
      },
    ],
  ])("that is not there is empty (%#)", async (reply) => {
    lab.server.answer(path, reply);
    expect(await lab.cluster.log("facts", "ok")).toBe("");
  });
});
