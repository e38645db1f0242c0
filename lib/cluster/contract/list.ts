import { beforeAll, describe, expect, test } from "vitest";
import { listOf, textOf } from "../../base/open-record.ts";
import { nameOf } from "./pods.ts";
import type { Room } from "./room.ts";

const names = ["page-1", "page-2", "page-3", "page-4", "page-5"];

/** Lists, pages and selectors. @see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
export function listContract(inRoom: () => Room): void {
  describe("lists", () => {
    let room: Room;
    beforeAll(async () => {
      room = await inRoom().another();
      for (const name of names) {
        const number = name.slice(-1);
        await room.create("services", name, {
          metadata: { labels: { parity: Number(number) % 2 === 0 ? "even" : "odd", [`only-${number}`]: "yes" } },
          spec: { clusterIP: "None", selector: { app: "none" } },
        });
      }
    });

    const list = async (query: string) => {
      const { status, body } = await room.wire.request("GET", room.path("services", undefined, `?${query}`));
      return { status, body, names: listOf(body, "items").map(nameOf) };
    };
    const select = (kind: string, selector: string) => list(`${kind}=${encodeURIComponent(selector)}`);

    test("a list has a kind and a resourceVersion, its items have no kind", async () => {
      const { body } = await list("");
      expect(body).toMatchObject({
        kind: "ServiceList",
        apiVersion: "v1",
        metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
      });
      expect(listOf(body, "items")[0]).not.toHaveProperty("kind");
    });

    test("pages continue where the one before ended, at the same resourceVersion", async () => {
      const first = await list("limit=2");
      expect(first.body).toMatchObject({ metadata: { remainingItemCount: 3 } });
      const token = textOf(first.body, "metadata", "continue") ?? "";
      await room.create("services", "page-0", { spec: { clusterIP: "None" } });
      const second = await list(`limit=2&continue=${encodeURIComponent(token)}`);
      const third = await list(
        `limit=2&continue=${encodeURIComponent(textOf(second.body, "metadata", "continue") ?? "")}`,
      );
      expect([first.names, second.names, third.names]).toEqual([names.slice(0, 2), names.slice(2, 4), names.slice(4)]);
      expect(textOf(third.body, "metadata", "continue")).toBeUndefined();
      const versions = [first, second, third].map(({ body }) => textOf(body, "metadata", "resourceVersion"));
      expect(new Set(versions).size).toBe(1);
    });

    test("a broken continue token is a bad request", async () => {
      expect(await list("limit=1&continue=abc")).toMatchObject({
        status: 400,
        body: { reason: "BadRequest", code: 400 },
      });
    });

    test("label selectors choose by value, set and presence", async () => {
      expect((await select("labelSelector", "parity=even")).names).toEqual(["page-2", "page-4"]);
      expect((await select("labelSelector", "parity=odd,only-3")).names).toEqual(["page-3"]);
      expect((await select("labelSelector", "parity in (odd,none),!only-1")).names).toEqual(["page-3", "page-5"]);
      expect((await select("labelSelector", "parity!=odd,parity")).names).toEqual(["page-2", "page-4"]);
    });

    test("a label selector that cannot be parsed is a bad request", async () => {
      expect(await select("labelSelector", "a in (")).toMatchObject({ status: 400, body: { reason: "BadRequest" } });
    });

    test("field selectors choose by name, and unknown fields are a bad request", async () => {
      expect((await select("fieldSelector", "metadata.name=page-3")).names).toEqual(["page-3"]);
      expect(await select("fieldSelector", "spec.colour=red")).toMatchObject({
        status: 400,
        body: { reason: "BadRequest" },
      });
    });

    test("a list at a resourceVersion of the future times out", async () => {
      const { status, headers, body } = await room.wire.request(
        "GET",
        room.path("services", undefined, "?resourceVersion=9999999999&resourceVersionMatch=NotOlderThan"),
      );
      expect(status).toBe(504);
      expect(headers["retry-after"]).toBe("1");
      expect(body).toMatchObject({
        reason: "Timeout",
        details: { causes: [{ reason: "ResourceVersionTooLarge" }], retryAfterSeconds: 1 },
      });
    });

    test("all namespaces are listed together", async () => {
      const { body } = await room.wire.request("GET", "/api/v1/services?labelSelector=only-4%3Dyes");
      const found = listOf(body, "items").filter((item) => textOf(item, "metadata", "namespace") === room.namespace);
      expect(found.map(nameOf)).toEqual(["page-4"]);
    });
  });
}
