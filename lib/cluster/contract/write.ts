import { describe, expect, test } from "vitest";
import { fieldOf, textOf } from "../../base/open-record.ts";
import { shellPod } from "./pods.ts";
import { isGone } from "./room.ts";
import type { Room } from "./room.ts";

/** Creating, replacing and deleting, and how it is refused. @see https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export function writeContract(inRoom: () => Room): void {
  describe("writes", () => {
    test("a created object has what the server gives to it", async () => {
      const room = inRoom();
      expect(await room.create("configmaps", "write-new", { data: { key: "value" } })).toMatchObject({
        kind: "ConfigMap",
        apiVersion: "v1",
        metadata: {
          name: "write-new",
          namespace: room.namespace,
          uid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
          resourceVersion: expect.stringMatching(/^\d+$/),
          creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        },
        data: { key: "value" },
      });
    });

    test("generateName gives a name of its own", async () => {
      const room = inRoom();
      const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "write-" } };
      const answer = await room.wire.request("POST", room.path("configmaps"), { body });
      expect(answer.status).toBe(201);
      expect(textOf(answer.body, "metadata", "name")).toMatch(/^write-[a-z0-9]{5}$/);
    });

    test("creating what exists is a conflict", async () => {
      const room = inRoom();
      await room.create("configmaps", "write-twice");
      const again = await room.wire.request("POST", room.path("configmaps"), {
        body: room.object("configmaps", "write-twice"),
      });
      expect(again).toMatchObject({
        status: 409,
        body: status("AlreadyExists", 409, 'configmaps "write-twice" already exists'),
      });
      expect(fieldOf(again.body, "details")).toEqual({ name: "write-twice", kind: "configmaps" });
    });

    test("replacing with an old resourceVersion is a conflict, with the current one or none it succeeds", async () => {
      const room = inRoom();
      const old = await room.create("configmaps", "write-stale", { data: { key: "1" } });
      const current = (await room.patch("configmaps", "write-stale", { data: { key: "2" } })).body as Record<
        string,
        unknown
      >;
      const put = (body: unknown) => room.wire.request("PUT", room.path("configmaps", "write-stale"), { body });
      const message =
        'Operation cannot be fulfilled on configmaps "write-stale": the object has been modified; please apply your changes to the latest version and try again';
      expect(await put({ ...old, data: { key: "3" } })).toMatchObject({
        status: 409,
        body: status("Conflict", 409, message),
      });
      expect(await put({ ...current, data: { key: "4" } })).toMatchObject({
        status: 200,
        body: { data: { key: "4" } },
      });
      const unconditional = room.object("configmaps", "write-stale", { data: { key: "5" } });
      expect(await put(unconditional)).toMatchObject({ status: 200, body: { data: { key: "5" } } });
    });

    test("a write that changes nothing keeps the resourceVersion", async () => {
      const room = inRoom();
      const made = await room.create("configmaps", "write-same", { data: { key: "value" } });
      const answer = await room.patch("configmaps", "write-same", { data: { key: "value" } });
      expect(textOf(answer.body, "metadata", "resourceVersion")).toBe(textOf(made, "metadata", "resourceVersion"));
    });

    test.for(["GET", "DELETE"])("%s of what is not there is 404 with its name", async (method) => {
      const room = inRoom();
      const { status: code, body } = await room.wire.request(method, room.path("pods", "nope"));
      expect(code).toBe(404);
      expect(body).toEqual({
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: 'pods "nope" not found',
        reason: "NotFound",
        details: { name: "nope", kind: "pods" },
        code: 404,
      });
    });

    test("a namespace that is not there is named", async () => {
      const room = inRoom();
      const path = "/api/v1/namespaces/meshgate-contract-nope/configmaps";
      expect(await room.wire.request("POST", path, { body: room.object("configmaps", "x") })).toMatchObject({
        status: 404,
        body: status("NotFound", 404, 'namespaces "meshgate-contract-nope" not found'),
      });
    });

    test("an invalid object is refused with every cause", async () => {
      const room = inRoom();
      const spec = { ports: [{ port: 99_999 }], selector: { app: "x" } };
      const answer = await room.wire.request("POST", room.path("services"), {
        body: room.object("services", "Bad_Name", { spec }),
      });
      expect(answer).toMatchObject({
        status: 422,
        body: { kind: "Status", reason: "Invalid", code: 422, details: { name: "Bad_Name", kind: "Service" } },
      });
      const range = {
        reason: "FieldValueInvalid",
        message: "Invalid value: 99999: must be between 1 and 65535, inclusive",
      };
      expect(fieldOf(answer.body, "details", "causes")).toEqual([
        {
          reason: "FieldValueInvalid",
          message: expect.stringContaining('Invalid value: "Bad_Name"'),
          field: "metadata.name",
        },
        { ...range, field: "spec.ports[0].port" },
        { ...range, field: "spec.ports[0].targetPort" },
      ]);
      expect(textOf(answer.body, "message")).toMatch(/^Service "Bad_Name" is invalid: \[metadata\.name: Invalid value/);
    });

    test("an object of another kind is a bad request", async () => {
      const room = inRoom();
      const answer = await room.wire.request("POST", room.path("pods"), {
        body: room.object("services", "write-kind"),
      });
      const message =
        'Service in version "v1" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): unknown conversion';
      expect(answer).toMatchObject({ status: 400, body: status("BadRequest", 400, message) });
    });

    test("the node of a pod cannot be changed", async () => {
      const room = inRoom();
      await room.create("pods", "write-fixed", shellPod("sleep 3600", { nodeSelector: { nope: "x" } }));
      const answer = await room.patch("pods", "write-fixed", { spec: { nodeName: "other" } });
      expect(answer).toMatchObject({
        status: 422,
        body: {
          reason: "Invalid",
          details: { kind: "Pod", causes: [{ reason: "FieldValueForbidden", field: "spec" }] },
        },
      });
    });

    test("a dry run answers as if and stores nothing", async () => {
      const room = inRoom();
      const body = room.object("configmaps", "write-dry");
      const answer = await room.wire.request("POST", room.path("configmaps", undefined, "?dryRun=All"), { body });
      expect(answer.status).toBe(201);
      expect(fieldOf(answer.body, "metadata", "resourceVersion")).toBeUndefined();
      expect((await room.get("configmaps", "write-dry")).status).toBe(404);
    });

    test("deleting says what was deleted", async () => {
      const room = inRoom();
      const made = await room.create("configmaps", "write-gone");
      expect(await room.remove("configmaps", "write-gone")).toMatchObject({
        status: 200,
        body: {
          kind: "Status",
          status: "Success",
          details: { name: "write-gone", kind: "configmaps", uid: fieldOf(made, "metadata", "uid") },
        },
      });
      expect(await room.get("configmaps", "write-gone")).toSatisfy(isGone);
    });

    test("deleting with the UID of another object is a conflict", async () => {
      const room = inRoom();
      await room.create("configmaps", "write-uid");
      const body = {
        kind: "DeleteOptions",
        apiVersion: "v1",
        preconditions: { uid: "5d0a6a52-7a6e-4d32-8d66-3d5d6d3f6b11" },
      };
      const answer = await room.wire.request("DELETE", room.path("configmaps", "write-uid"), { body });
      expect(answer).toMatchObject({ status: 409, body: { reason: "Conflict" } });
      expect((await room.get("configmaps", "write-uid")).status).toBe(200);
    });

    test("an object with a finalizer stays until the finalizer goes", async () => {
      const room = inRoom();
      await room.create("configmaps", "write-held", { metadata: { finalizers: ["meshgate.dev/hold"] } });
      await room.remove("configmaps", "write-held");
      const held = await room.get("configmaps", "write-held");
      expect(textOf(held.body, "metadata", "deletionTimestamp")).toMatch(/^\d{4}-/);
      await room.patch("configmaps", "write-held", { metadata: { finalizers: null } });
      expect(await room.get("configmaps", "write-held")).toSatisfy(isGone);
    });

    test("a collection is deleted by selector", async () => {
      const room = inRoom();
      for (const [name, sort] of [
        ["write-keep", "keep"],
        ["write-drop", "drop"],
      ] as const) {
        await room.create("configmaps", name, { metadata: { labels: { sort } } });
      }
      const path = room.path("configmaps", undefined, "?labelSelector=sort%3Ddrop");
      expect((await room.wire.request("DELETE", path)).status).toBe(200);
      const left = await room.list("configmaps", "sort in (keep,drop)");
      expect(left).toMatchObject([{ metadata: { name: "write-keep" } }]);
    });
  });
}

function status(reason: string, code: number, message: string): object {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason, code, message };
}
