import { describe, expect, test } from "vitest";
import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import { idleTemplate, nameOf } from "./pods.ts";
import type { Room } from "./room.ts";

/** The patch types. @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/ */
export function patchContract(inRoom: () => Room): void {
  describe("patches", () => {
    const patch = (name: string, type: string, body: unknown, resource: "configmaps" | "deployments" = "configmaps") =>
      inRoom().wire.request("PATCH", inRoom().path(resource, name), { body, contentType: `application/${type}` });

    test("a merge patch sets and removes", async () => {
      await inRoom().create("configmaps", "patch-merge", { data: { keep: "1", drop: "2" } });
      const answer = await patch("patch-merge", "merge-patch+json", { data: { drop: null, add: "3" } });
      expect(answer.status).toBe(200);
      expect(fieldOf(answer.body, "data")).toEqual({ keep: "1", add: "3" });
    });

    test("a strategic merge patch merges containers by name", async () => {
      const room = inRoom();
      await room.create("deployments", "patch-strategic", {
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: "patch-strategic" } },
          template: idleTemplate("patch-strategic"),
        },
      });
      const containers = [
        { name: "main", env: [{ name: "COLOUR", value: "red" }] },
        { name: "second", image: "second:1" },
      ];
      const body = { spec: { template: { spec: { containers } } } };
      const answer = await patch("patch-strategic", "strategic-merge-patch+json", body, "deployments");
      expect(answer.status).toBe(200);
      const merged = listOf(answer.body, "spec", "template", "spec", "containers");
      const byName = Object.fromEntries(merged.map((container) => [textOf(container, "name") ?? "", container]));
      expect(Object.keys(byName).toSorted()).toEqual(["main", "second"]);
      expect(byName["main"]).toMatchObject({
        image: expect.stringContaining("node"),
        env: [{ name: "COLOUR", value: "red" }],
      });
    });

    test("a JSON patch tests, replaces and removes", async () => {
      await inRoom().create("configmaps", "patch-json", { data: { one: "1", two: "2" } });
      const answer = await patch("patch-json", "json-patch+json", [
        { op: "test", path: "/data/one", value: "1" },
        { op: "replace", path: "/data/one", value: "one" },
        { op: "remove", path: "/data/two" },
        { op: "add", path: "/metadata/annotations", value: { "meshgate.dev/note": "added" } },
      ]);
      expect(answer).toMatchObject({
        status: 200,
        body: { metadata: { annotations: { "meshgate.dev/note": "added" } } },
      });
      expect(fieldOf(answer.body, "data")).toEqual({ one: "one" });
    });

    test("a JSON patch whose test fails changes nothing", async () => {
      const room = inRoom();
      await room.create("configmaps", "patch-test", { data: { one: "1" } });
      const answer = await patch("patch-test", "json-patch+json", [
        { op: "replace", path: "/data/one", value: "2" },
        { op: "test", path: "/data/one", value: "3" },
      ]);
      expect(answer).toMatchObject({ status: 422, body: { reason: "Invalid", code: 422 } });
      expect((await room.get("configmaps", "patch-test")).body).toMatchObject({ data: { one: "1" } });
    });

    test("a patch with an old resourceVersion is a conflict", async () => {
      const room = inRoom();
      const old = await room.create("configmaps", "patch-stale");
      await room.patch("configmaps", "patch-stale", { data: { key: "1" } });
      const { resourceVersion } = old["metadata"] as Record<string, unknown>;
      const answer = await room.patch("configmaps", "patch-stale", {
        metadata: { resourceVersion },
        data: { key: "2" },
      });
      expect(answer).toMatchObject({ status: 409, body: { reason: "Conflict" } });
    });

    test("another media type is refused with 415", async () => {
      const room = inRoom();
      await room.create("configmaps", "patch-type");
      expect(await patch("patch-type", "vnd.meshgate.dev", { data: {} })).toMatchObject({
        status: 415,
        body: { kind: "Status", status: "Failure", reason: "UnsupportedMediaType", code: 415 },
      });
    });

    test("patching what is not there is 404", async () => {
      const answer = await patch("patch-nope", "merge-patch+json", { data: {} });
      expect(answer).toMatchObject({ status: 404, body: { message: 'configmaps "patch-nope" not found' } });
      expect(nameOf(answer.body)).toBe("");
    });
  });
}
