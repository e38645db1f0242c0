import { describe, expect, test } from "vitest";
import { fieldOf, textOf } from "../../base/open-record.ts";
import { condition, containerStatus, podSettled, readyPod, shellPod } from "./pods.ts";
import type { Room } from "./room.ts";

/** Container logs. @see https://kubernetes.io/docs/concepts/cluster-administration/logging/ */
export function logContract(inRoom: () => Room): void {
  describe("logs", () => {
    const log = (pod: string, query = "") => inRoom().wire.request("GET", inRoom().path("pods", pod, `/log${query}`));
    const hasEnded = (pod: unknown) => fieldOf(pod, "status", "phase") === "Succeeded";

    test("hold both outputs, and can be cut and stamped", async () => {
      const room = inRoom();
      await room.create("pods", "log-done", shellPod("echo one; echo two; echo three >&2", { restartPolicy: "Never" }));
      await podSettled(room, "log-done", "the end", hasEnded);
      const whole = await log("log-done");
      expect(whole).toMatchObject({ status: 200, headers: { "content-type": "text/plain" } });
      expect(whole.text.split("\n").toSorted()).toEqual(["", "one", "three", "two"]);
      const all = whole.text.split("\n");
      expect((await log("log-done", "?tailLines=1")).text).toBe(`${all.at(-2)}\n`);
      expect((await log("log-done", "?tailLines=0")).text).toBe("");
      expect((await log("log-done", "?limitBytes=4")).text).toBe(whole.text.slice(0, 4));
      const [stamped] = (await log("log-done", "?timestamps=true")).text.split("\n");
      expect(stamped).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d) (one|two|three)$/);
    });

    test("that are followed end with the container", async () => {
      const room = inRoom();
      const script = "for n in 1 2 3; do echo line $n; sleep 0.3; done";
      await room.create("pods", "log-follow", shellPod(script, { restartPolicy: "Never" }));
      await podSettled(room, "log-follow", "a start", (pod) => fieldOf(pod, "status", "phase") !== "Pending");
      expect((await log("log-follow", "?follow=true")).text).toBe("line 1\nline 2\nline 3\n");
    });

    test("of a pod without a node are no content", async () => {
      const room = inRoom();
      await room.create("pods", "log-nowhere", shellPod("sleep 3600", { nodeSelector: { nope: "x" } }));
      await podSettled(room, "log-nowhere", "the verdict", (pod) => condition(pod, "PodScheduled") !== undefined);
      expect(await log("log-nowhere")).toMatchObject({ status: 204, text: "" });
    });

    test("of a container that waits for its image are refused", async () => {
      const room = inRoom();
      await room.create("pods", "log-waits", shellPod("sleep 1", {}, { image: "registry.invalid/nope:1" }));
      await podSettled(
        room,
        "log-waits",
        "a failed pull",
        (pod) =>
          fieldOf(containerStatus(pod), "state", "waiting", "reason") !== "ContainerCreating" &&
          containerStatus(pod) !== undefined,
      );
      const answer = await log("log-waits");
      expect(answer).toMatchObject({ status: 400, body: { kind: "Status", reason: "BadRequest" } });
      expect(textOf(answer.body, "message")).toMatch(/^container "main" in pod "log-waits" is waiting to start: /);
    });

    test("of a pod that is not there are 404", async () => {
      expect(await log("nope")).toMatchObject({ status: 404, body: { message: 'pods "nope" not found' } });
    });

    test("of an earlier container are refused when there was none", async () => {
      await readyPod(inRoom(), "log-first");
      expect(await log("log-first", "?previous=true")).toMatchObject({
        status: 400,
        body: { reason: "BadRequest", message: 'previous terminated container "main" in pod "log-first" not found' },
      });
    });
  });
}
