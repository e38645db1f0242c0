import { describe, expect, test } from "vitest";
import { fieldOf, textOf } from "../../base/open-record.ts";
import { shell } from "./channels.ts";
import { containerStatus, eventReasons, nameOf, podSettled, readyPod, shellPod } from "./pods.ts";
import { isGone } from "./room.ts";
import type { Room } from "./room.ts";
import { settle } from "./settle.ts";

/** The life of a pod that is well. @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
export function podContract(inRoom: () => Room): void {
  describe("a pod", () => {
    test("gets a node, an address and a running container, and events tell how", async () => {
      const room = inRoom();
      const pod = await readyPod(room, "pod-plain");
      expect(pod).toMatchObject({
        spec: {
          nodeName: expect.any(String),
          serviceAccountName: "default",
          dnsPolicy: "ClusterFirst",
          restartPolicy: "Always",
          schedulerName: "default-scheduler",
        },
        status: { phase: "Running", hostIP: expect.any(String), podIP: expect.any(String), qosClass: "BestEffort" },
      });
      expect(fieldOf(pod, "status", "podIPs")).toEqual(
        expect.arrayContaining([{ ip: textOf(pod, "status", "podIP") }]),
      );
      expect(containerStatus(pod)).toMatchObject({
        name: "main",
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: { startedAt: expect.stringMatching(/^\d{4}-/) } },
      });
      const told = await settle(
        "the events",
        () => eventReasons(room, "pod-plain"),
        (found) => found.includes("Started"),
      );
      expect(told).toEqual(expect.arrayContaining(["Scheduled", "Created", "Started"]));
    });

    test("sees its ConfigMap, its own fields, its name and its token", async () => {
      const room = inRoom();
      await room.create("configmaps", "pod-files", { data: { "greeting.txt": "hello from a file" } });
      const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
      const env = [
        field("POD_NAME", "metadata.name"),
        field("POD_IP", "status.podIP"),
        field("NODE_NAME", "spec.nodeName"),
        { name: "PLAIN", value: "of $(POD_NAME)" },
      ];
      const volumeMounts = [{ name: "files", mountPath: "/etc/files" }];
      const spec = { volumes: [{ name: "files", configMap: { name: "pod-files" } }] };
      const pod = await readyPod(room, "pod-sees", shellPod("sleep 3600", spec, { env, volumeMounts }));
      const script = 'cat /etc/files/greeting.txt; echo; echo "$POD_NAME $POD_IP $NODE_NAME $PLAIN"; hostname';
      expect((await shell(room, "pod-sees", script)).stdout.split("\n")).toEqual([
        "hello from a file",
        `pod-sees ${textOf(pod, "status", "podIP")} ${textOf(pod, "spec", "nodeName")} of pod-sees`,
        "pod-sees",
        "",
      ]);
      const account = await shell(room, "pod-sees", "cat /var/run/secrets/kubernetes.io/serviceaccount/namespace");
      expect(account.stdout).toBe(room.namespace);
    });

    test("asks the cluster's name server in its own namespace first", async () => {
      const room = inRoom();
      await readyPod(room, "pod-dns");
      const { stdout } = await shell(room, "pod-dns", "cat /etc/resolv.conf");
      expect(stdout).toMatch(new RegExp(`^search ${room.namespace}\\.svc\\.(\\S+) svc\\.\\1 \\1`, "m"));
      expect(stdout).toMatch(/^nameserver \S+$/m);
      expect(stdout).toMatch(/^options .*ndots:5/m);
    });

    test.for([
      ["Succeeded", 0, "Completed"],
      ["Failed", 3, "Error"],
    ] as const)("that ends for good has phase %s with exit code %i", async ([phase, exitCode, reason]) => {
      const room = inRoom();
      const name = `pod-ends-${exitCode}`;
      await room.create("pods", name, shellPod(`exit ${exitCode}`, { restartPolicy: "Never" }));
      const pod = await podSettled(room, name, "the end", (found) => fieldOf(found, "status", "phase") === phase);
      expect(containerStatus(pod)).toMatchObject({ ready: false, state: { terminated: { exitCode, reason } } });
    });

    test("is not ready before its readiness probe succeeds", async () => {
      const room = inRoom();
      const readinessProbe = { exec: { command: ["test", "-f", "/tmp/ready"] }, periodSeconds: 1 };
      await room.create("pods", "pod-gate", shellPod("sleep 3600", {}, { readinessProbe }));
      const told = () => eventReasons(room, "pod-gate");
      await settle("a failed probe", told, (reasons) => reasons.includes("Unhealthy"));
      const waiting = (await room.get("pods", "pod-gate")).body;
      expect(containerStatus(waiting)).toMatchObject({ ready: false, started: true, state: { running: {} } });
      await shell(room, "pod-gate", "touch /tmp/ready");
      const isOpen = (found: unknown) => fieldOf(containerStatus(found), "ready") === true;
      expect(nameOf(await podSettled(room, "pod-gate", "readiness", isOpen))).toBe("pod-gate");
    });

    test("that is deleted without grace leaves at once", async () => {
      const room = inRoom();
      await readyPod(room, "pod-quick");
      const answer = await room.wire.request("DELETE", room.path("pods", "pod-quick", "?gracePeriodSeconds=0"));
      expect(answer).toMatchObject({ status: 200, body: { kind: "Pod", metadata: { name: "pod-quick" } } });
      expect((await settle("the end", () => room.get("pods", "pod-quick"), isGone)).status).toBe(404);
    });

    test("that is deleted with grace is marked, and leaves when it has ended", async () => {
      const room = inRoom();
      const script = `trap 'sleep 2; exit 0' TERM; while true; do sleep 0.1; done`;
      await readyPod(room, "pod-grace", shellPod(script, { terminationGracePeriodSeconds: 30 }));
      const deleted = await room.remove("pods", "pod-grace");
      expect(deleted).toMatchObject({
        status: 200,
        body: { metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 30 } },
      });
      expect((await room.get("pods", "pod-grace")).status).toBe(200);
      expect((await settle("the end", () => room.get("pods", "pod-grace"), isGone, 25_000)).status).toBe(404);
    });
  });
}
