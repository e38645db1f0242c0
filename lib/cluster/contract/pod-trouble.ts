import { describe, expect, test } from "vitest";
import { fieldOf, textOf } from "../../base/open-record.ts";
import { condition, containerStatus, eventReasons, podSettled, shellPod } from "./pods.ts";
import type { Room } from "./room.ts";
import { settle } from "./settle.ts";

/** How a pod tells what ails it. @see https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/ */
export function podTroubleContract(inRoom: () => Room): void {
  describe("a pod in trouble", () => {
    const waitingReason = (pod: unknown) => textOf(containerStatus(pod), "state", "waiting", "reason") ?? "";
    const told = (pod: string, reason: string) =>
      settle(
        `the event ${reason}`,
        () => eventReasons(inRoom(), pod),
        (reasons) => reasons.includes(reason),
      );

    test("names an image that cannot be pulled", async () => {
      const room = inRoom();
      await room.create("pods", "trouble-image", shellPod("sleep 1", {}, { image: "registry.invalid/nope:1" }));
      const isPulling = (pod: unknown) => ["ErrImagePull", "ImagePullBackOff"].includes(waitingReason(pod));
      const pod = await podSettled(room, "trouble-image", "a failed pull", isPulling);
      expect(pod).toMatchObject({ status: { phase: "Pending" } });
      expect(textOf(containerStatus(pod), "state", "waiting", "message")).toContain("registry.invalid/nope:1");
      expect(await told("trouble-image", "Failed")).toContain("Failed");
    });

    test("says that no node will have it", async () => {
      const room = inRoom();
      await room.create("pods", "trouble-node", shellPod("sleep 1", { nodeSelector: { nope: "x" } }));
      const pod = await podSettled(
        room,
        "trouble-node",
        "a verdict",
        (found) => condition(found, "PodScheduled") !== undefined,
      );
      expect(condition(pod, "PodScheduled")).toMatchObject({
        status: "False",
        reason: "Unschedulable",
        message: expect.stringMatching(/^0\/\d+ nodes are available: .*didn't match Pod's node affinity\/selector/),
      });
      expect(pod).toMatchObject({ status: { phase: "Pending" } });
      expect(fieldOf(pod, "spec", "nodeName")).toBeUndefined();
      expect(await told("trouble-node", "FailedScheduling")).toContain("FailedScheduling");
    });

    test("says that a volume is missing", async () => {
      const room = inRoom();
      const spec = { volumes: [{ name: "v", configMap: { name: "missing" } }] };
      await room.create(
        "pods",
        "trouble-mount",
        shellPod("sleep 1", spec, { volumeMounts: [{ name: "v", mountPath: "/v" }] }),
      );
      expect(await told("trouble-mount", "FailedMount")).toContain("FailedMount");
      const { body } = await room.get("pods", "trouble-mount");
      expect([fieldOf(body, "status", "phase"), waitingReason(body)]).toEqual(["Pending", "ContainerCreating"]);
    });

    test("counts its restarts and remembers the last end", async () => {
      const room = inRoom();
      await room.create("pods", "trouble-crash", shellPod("echo on my way out; exit 7"));
      const pod = await podSettled(
        room,
        "trouble-crash",
        "a back-off",
        (found) => waitingReason(found) === "CrashLoopBackOff",
      );
      expect(containerStatus(pod)).toMatchObject({
        ready: false,
        lastState: { terminated: { exitCode: 7, reason: "Error" } },
      });
      expect(Number(fieldOf(containerStatus(pod), "restartCount"))).toBeGreaterThan(0);
      expect(await told("trouble-crash", "BackOff")).toContain("BackOff");
    });
  });
}
