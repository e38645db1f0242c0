import { describe, expect, test } from "vitest";
import { textOf } from "../../base/open-record.ts";
import { nameOf } from "./pods.ts";
import type { Room } from "./room.ts";
import type { WatchLine, Watching } from "./wire.ts";

/** Watches. @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export function watchContract(inRoom: () => Room): void {
  describe("watches", () => {
    const watch = (selector: string, query: string): Promise<Watching> => {
      const room = inRoom();
      const labels = encodeURIComponent(selector);
      return room.wire.watch(room.path("configmaps", undefined, `?watch=1&labelSelector=${labels}&${query}`));
    };
    const versionNow = async () => {
      const { body } = await inRoom().wire.request("GET", inRoom().path("configmaps"));
      return textOf(body, "metadata", "resourceVersion") ?? "";
    };
    const labelled = (watched: string) => ({ metadata: { labels: { watched } } });

    test("a watch tells every change after its resourceVersion, in order", async () => {
      const room = inRoom();
      await room.create("configmaps", "watch-old", labelled("order"));
      const from = await versionNow();
      await room.create("configmaps", "watch-new", labelled("order"));
      const watching = await watch("watched=order", `resourceVersion=${from}&timeoutSeconds=30`);
      expect(watching.status).toBe(200);
      expect(await watching.next()).toMatchObject({
        type: "ADDED",
        object: { kind: "ConfigMap", metadata: { name: "watch-new" } },
      });
      await room.patch("configmaps", "watch-new", { data: { key: "value" } });
      await room.remove("configmaps", "watch-old");
      const changes = [await watching.next(), await watching.next()];
      watching.close();
      expect(changes).toMatchObject([
        { type: "MODIFIED", object: { metadata: { name: "watch-new" }, data: { key: "value" } } },
        { type: "DELETED", object: { metadata: { name: "watch-old" } } },
      ]);
      const versions = changes.map((line) => Number(line?.object.metadata["resourceVersion"]));
      expect(versions[1]).toBeGreaterThan(versions[0] ?? Infinity);
      expect(versions[0]).toBeGreaterThan(Number(from));
    });

    test("an object that leaves the selector is told as deleted, one that joins it as added", async () => {
      const room = inRoom();
      await room.create("configmaps", "watch-joins", labelled("elsewhere"));
      const watching = await watch("watched=joined", `resourceVersion=${await versionNow()}&timeoutSeconds=30`);
      await room.patch("configmaps", "watch-joins", labelled("joined"));
      await room.patch("configmaps", "watch-joins", labelled("elsewhere"));
      const changes = [await watching.next(), await watching.next()];
      watching.close();
      expect(changes).toMatchObject([
        { type: "ADDED", object: { metadata: { name: "watch-joins" } } },
        { type: "DELETED", object: { metadata: { name: "watch-joins" } } },
      ]);
    });

    test("with sendInitialEvents what exists comes first, and a bookmark says that it was all", async () => {
      const room = inRoom();
      for (const name of ["watch-a", "watch-b"]) await room.create("configmaps", name, labelled("initial"));
      const options =
        "sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=30";
      const watching = await watch("watched=initial", options);
      const lines: WatchLine[] = [];
      for (let line = await watching.next(); line; line = await watching.next()) {
        lines.push(line);
        if (line.type === "BOOKMARK") break;
      }
      expect(lines.map(({ type, object }) => [type, nameOf(object)])).toEqual([
        ["ADDED", "watch-a"],
        ["ADDED", "watch-b"],
        ["BOOKMARK", ""],
      ]);
      expect(lines.at(-1)?.object).toMatchObject({
        kind: "ConfigMap",
        apiVersion: "v1",
        metadata: {
          resourceVersion: expect.stringMatching(/^\d+$/),
          annotations: { "k8s.io/initial-events-end": "true" },
        },
      });
      await room.create("configmaps", "watch-c", labelled("initial"));
      expect(await watching.next()).toMatchObject({ type: "ADDED", object: { metadata: { name: "watch-c" } } });
      watching.close();
    });

    test("a watch without a resourceVersion begins with what exists", async () => {
      await inRoom().create("configmaps", "watch-here", labelled("any"));
      const watching = await watch("watched=any", "timeoutSeconds=30");
      expect(await watching.next()).toMatchObject({ type: "ADDED", object: { metadata: { name: "watch-here" } } });
      watching.close();
    });

    test("a quiet watch that allows bookmarks gets one before its time is up, and then ends", async () => {
      const from = await versionNow();
      const watching = await watch(
        "watched=never",
        `resourceVersion=${from}&allowWatchBookmarks=true&timeoutSeconds=6`,
      );
      const lines = await watching.rest();
      expect(lines.length).toBeGreaterThan(0);
      expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(["BOOKMARK"]));
      const version = lines.at(-1)?.object.metadata["resourceVersion"];
      expect(Number(version)).toBeGreaterThanOrEqual(Number(from));
    });

    test("a watch from the future is silent until its time is up", async () => {
      const watching = await watch("watched=never", "resourceVersion=9999999999&timeoutSeconds=2");
      expect(watching.status).toBe(200);
      expect(await watching.rest()).toEqual([]);
    });

    test("a watch from long ago either knows the history or says that it expired", async () => {
      const { wire } = inRoom();
      const watching = await wire.watch("/api/v1/events?watch=1&resourceVersion=1&timeoutSeconds=2");
      const said = (await watching.rest()).map((line) => (line.type === "ERROR" ? line.object : line));
      const expired = expect.objectContaining({ kind: "Status", reason: "Expired", code: 410 });
      const known = expect.objectContaining({ type: expect.stringMatching(/^(ADDED|MODIFIED|DELETED)$/) });
      expect([200, 410]).toContain(watching.status);
      // Nothing comes after the news that the history is gone.
      expect([[expired], said.map(() => known)]).toContainEqual(said);
    });

    test("one object is watched by its name", async () => {
      const room = inRoom();
      const query = `?watch=1&fieldSelector=metadata.name%3Dwatch-one&timeoutSeconds=30&resourceVersion=${await versionNow()}`;
      const watching = await room.wire.watch(room.path("configmaps", undefined, query));
      await room.create("configmaps", "watch-two");
      await room.create("configmaps", "watch-one");
      expect(await watching.next()).toMatchObject({ type: "ADDED", object: { metadata: { name: "watch-one" } } });
      watching.close();
    });
  });
}
