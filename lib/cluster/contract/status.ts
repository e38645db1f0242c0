import { describe, expect, test } from "vitest";
import { fieldOf } from "../../base/open-record.ts";
import { condition, shellPod } from "./pods.ts";
import type { Room } from "./room.ts";

/** Status and specification are written apart. @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#spec-and-status */
export function statusContract(inRoom: () => Room): void {
  describe("the status subresource", () => {
    const custom = { type: "meshgate.dev/Checked", status: "True", reason: "Contract" };

    test("a write to the object leaves the status alone", async () => {
      const room = inRoom();
      await room.create("pods", "status-main", shellPod("sleep 3600", { nodeSelector: { nope: "x" } }));
      const answer = await room.patch("pods", "status-main", {
        metadata: { labels: { written: "yes" } },
        status: { message: "made up" },
      });
      expect(answer).toMatchObject({ status: 200, body: { metadata: { labels: { written: "yes" } } } });
      expect(fieldOf(answer.body, "status", "message")).toBeUndefined();
    });

    test("a write to the status leaves the specification alone", async () => {
      const room = inRoom();
      await room.create("pods", "status-only", shellPod("sleep 3600", { nodeSelector: { nope: "x" } }));
      const answer = await room.wire.request("PATCH", room.path("pods", "status-only", "/status"), {
        body: { spec: { activeDeadlineSeconds: 77 }, status: { message: "told", conditions: [custom] } },
        contentType: "application/strategic-merge-patch+json",
      });
      expect(answer).toMatchObject({ status: 200, body: { status: { message: "told" } } });
      expect(condition(answer.body, custom.type)).toMatchObject(custom);
      expect(fieldOf(answer.body, "spec", "activeDeadlineSeconds")).toBeUndefined();
      const read = await room.wire.request("GET", room.path("pods", "status-only", "/status"));
      expect(condition(read.body, custom.type)).toMatchObject(custom);
    });
  });
}
