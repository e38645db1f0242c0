import { describe, expect, test } from "vitest";
import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import { idleTemplate, nameOf } from "./pods.ts";
import { image } from "./room.ts";
import type { Fields, ResourceWord, Room } from "./room.ts";
import type { Answer } from "./wire.ts";

/** Server-side apply. @see https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
export function applyContract(inRoom: () => Room): void {
  describe("server-side apply", () => {
    const apply = (
      manager: string,
      name: string,
      fields: Fields,
      { force = false, resource = "configmaps" }: { force?: boolean; resource?: ResourceWord } = {},
    ) => {
      const room = inRoom();
      const query = `?fieldManager=${manager}${force ? "&force=true" : ""}`;
      const body = room.object(resource, name, fields);
      return room.wire.request("PATCH", room.path(resource, name, query), {
        body,
        contentType: "application/apply-patch+yaml",
      });
    };
    const dataOf = ({ body }: Answer) => fieldOf(body, "data");

    test("creates, then changes, and remembers who owns what", async () => {
      expect((await apply("first", "apply-new", { data: { key: "1" } })).status).toBe(201);
      const answer = await apply("first", "apply-new", { data: { key: "2" } });
      expect([answer.status, dataOf(answer)]).toEqual([200, { key: "2" }]);
      expect(listOf(answer.body, "metadata", "managedFields")).toMatchObject([
        {
          manager: "first",
          operation: "Apply",
          apiVersion: "v1",
          fieldsType: "FieldsV1",
          fieldsV1: { "f:data": { "f:key": {} } },
        },
      ]);
    });

    test("what another manager owns is a conflict that names both", async () => {
      await apply("first", "apply-conflict", { data: { key: "1" } });
      const answer = await apply("second", "apply-conflict", { data: { key: "2" } });
      expect(answer).toMatchObject({
        status: 409,
        body: {
          kind: "Status",
          reason: "Conflict",
          code: 409,
          details: {
            causes: [
              { reason: "FieldManagerConflict", message: expect.stringContaining('"first"'), field: ".data.key" },
            ],
          },
        },
      });
      expect(textOf(answer.body, "message")).toMatch(
        /^Apply failed with 1 conflict: conflict with "first".*: \.data\.key$/s,
      );
    });

    test("force takes ownership over, and the first owner then meets the conflict", async () => {
      await apply("first", "apply-force", { data: { key: "1" } });
      const forced = await apply("second", "apply-force", { data: { key: "2" } }, { force: true });
      expect([forced.status, dataOf(forced)]).toEqual([200, { key: "2" }]);
      expect((await apply("first", "apply-force", { data: { key: "1" } })).status).toBe(409);
    });

    test("a field that its owner leaves out is removed, those of others stay", async () => {
      const room = inRoom();
      await apply("first", "apply-remove", { data: { keep: "1", drop: "2" } });
      await room.patch("configmaps", "apply-remove", { data: { other: "3" } });
      expect(dataOf(await apply("first", "apply-remove", { data: { keep: "1" } }))).toEqual({ keep: "1", other: "3" });
    });

    test("a field that two managers apply alike stays until both leave it out", async () => {
      await apply("first", "apply-shared", { data: { key: "1" } });
      expect((await apply("second", "apply-shared", { data: { key: "1" } })).status).toBe(200);
      expect(dataOf(await apply("first", "apply-shared", {}))).toEqual({ key: "1" });
      expect(dataOf(await apply("second", "apply-shared", {})) ?? {}).toEqual({});
    });

    test("what a client without a name of its own wrote is a conflict, too", async () => {
      await inRoom().create("configmaps", "apply-update", { data: { key: "1" } });
      expect(await apply("first", "apply-update", { data: { key: "2" } })).toMatchObject({
        status: 409,
        body: { details: { causes: [{ reason: "FieldManagerConflict", field: ".data.key" }] } },
      });
    });

    test("the same apply twice changes nothing", async () => {
      const [once, twice] = [
        await apply("first", "apply-same", { data: { key: "1" } }),
        await apply("first", "apply-same", { data: { key: "1" } }),
      ];
      expect(textOf(twice.body, "metadata", "resourceVersion")).toBe(textOf(once.body, "metadata", "resourceVersion"));
    });

    test("containers of two managers live together", async () => {
      const app = "apply-containers";
      const spec = { replicas: 0, selector: { matchLabels: { app } }, template: idleTemplate(app) };
      const options = { resource: "deployments" } as const;
      expect((await apply("first", app, { spec }, options)).status).toBe(201);
      const second = { spec: { template: { spec: { containers: [{ name: "second", image }] } } } };
      const answer = await apply("second", app, second, options);
      expect(answer.status).toBe(200);
      const containers = listOf(answer.body, "spec", "template", "spec", "containers");
      expect(containers.map((container) => textOf(container, "name"))).toEqual(["main", "second"]);
      const alone = await apply("second", app, {}, options);
      expect(listOf(alone.body, "spec", "template", "spec", "containers").map((one) => textOf(one, "name"))).toEqual([
        "main",
      ]);
    });

    test("apply without a manager is refused", async () => {
      const room = inRoom();
      const body = room.object("configmaps", "apply-nobody");
      const options = { body, contentType: "application/apply-patch+yaml" };
      const answer = await room.wire.request("PATCH", room.path("configmaps", "apply-nobody"), options);
      expect(answer).toMatchObject({ status: 422, body: { reason: "Invalid" } });
      expect(textOf(answer.body, "message")).toContain("fieldManager");
    });

    test("YAML is understood", async () => {
      const room = inRoom();
      const body = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: apply-yaml\ndata:\n  key: 'yes'\n";
      const options = { body, contentType: "application/apply-patch+yaml" };
      const answer = await room.wire.request(
        "PATCH",
        room.path("configmaps", "apply-yaml", "?fieldManager=first"),
        options,
      );
      expect([answer.status, nameOf(answer.body), dataOf(answer)]).toEqual([201, "apply-yaml", { key: "yes" }]);
    });
  });
}
