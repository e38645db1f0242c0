import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Executed } from "./kubelet-scene-host.ts";
import {
  image,
  isReady,
  type KubeletScene,
  openKubeletScene,
  phaseIs,
  possibleRights,
  readiness,
  serve,
  waitingReason,
} from "./kubelet-scene.ts";

/** One line for each state that a pod was seen in: phase, conditions with reasons, the container's state. */
function storyOf(scene: KubeletScene, name: string): string[] {
  const told = scene.history
    .filter(({ object }) => object.metadata.name === name)
    .map(({ type, object }) => {
      const { phase, conditions = [], containerStatuses } = object["status"];
      const marks = conditions.map(
        (condition: { type: string; status: string; reason?: string }) =>
          `${condition.type}=${condition.status}${condition.reason ? `:${condition.reason}` : ""}`,
      );
      const [state] = Object.entries<{ reason?: string }>(containerStatuses?.[0]?.state ?? {}).map(
        ([kind, { reason }]) => `${kind}${reason ? `:${reason}` : ""}`,
      );
      return [type, phase, ...marks, state ?? ""].join(" ").trim();
    });
  return told.filter((line, index) => line !== told[index - 1]);
}

describe.each(possibleRights)("with the rights of %s", (right) => {
  let scene: KubeletScene;
  beforeAll(async () => {
    scene = await openKubeletScene(right);
  });
  afterAll(() => scene.close());

  it("leads a pod through the states of a real one, from binding to deletion", async () => {
    await scene.pod("life", {
      containers: [{ ...serve, readinessProbe: readiness }],
      terminationGracePeriodSeconds: 30,
    });
    await scene.when("life", isReady);
    const { stdout } = await scene.exec("life", ["hostname"]);
    expect(stdout).toBe("life\n");
    await scene.call({ do: "delete", resource: "pods", name: "life" });
    await scene.gone("life");
    const unready = "Ready=False:ContainersNotReady ContainersReady=False:ContainersNotReady";
    const ready = "PodReadyToStartContainers=True Initialized=True Ready=True ContainersReady=True";
    expect(storyOf(scene, "life")).toEqual([
      "ADDED Pending",
      `MODIFIED Pending PodReadyToStartContainers=False Initialized=True ${unready} waiting:ContainerCreating`,
      `MODIFIED Pending PodReadyToStartContainers=True Initialized=True ${unready} waiting:ContainerCreating`,
      `MODIFIED Running PodReadyToStartContainers=True Initialized=True ${unready} running`,
      `MODIFIED Running ${ready} running`,
      `MODIFIED Running PodReadyToStartContainers=True Initialized=True ${unready} running`,
      `MODIFIED Running PodReadyToStartContainers=False Initialized=True ${unready} terminated:Completed`,
      `DELETED Running PodReadyToStartContainers=False Initialized=True ${unready} terminated:Completed`,
    ]);
  });

  it("ends everything in a pod that is deleted, or vanishes", async () => {
    const startedInside = async (pod: string, command: string): Promise<{ ended: Promise<Executed> }> => {
      const ended = scene.exec(pod, ["sh", "-c", `touch /tmp/on; exec ${command}`]);
      await scene.exec(pod, ["sh", "-c", "until [ -e /tmp/on ]; do sleep 0.01; done"]);
      return { ended };
    };
    const stubborn = {
      name: "c",
      image,
      command: ["sh", "-c", "trap '' TERM; sleep 5432 & while :; do sleep 0.1; done"],
    };
    await scene.pod("slow", { terminationGracePeriodSeconds: 1, containers: [stubborn] });
    await scene.when("slow", isReady);
    const inside = await startedInside("slow", "sleep 5433");
    await scene.call({ do: "delete", resource: "pods", name: "slow" });
    await scene.gone("slow");
    const [last] = scene.history.filter(({ object }) => object.metadata.name === "slow").slice(-1);
    expect(last?.object["status"].containerStatuses[0].state.terminated).toMatchObject({
      exitCode: 137,
      reason: "Error",
    });
    expect((await inside.ended).exited).toEqual({ code: 137 });

    await scene.pod("forced", { containers: [{ ...stubborn, command: ["sleep", "5434"] }] });
    await scene.when("forced", isReady);
    const other = await startedInside("forced", "sleep 5435");
    await scene.call({ do: "delete", resource: "pods", name: "forced", graceSeconds: 0 });
    expect((await other.ended).exited).toEqual({ code: 137 });
    expect((await scene.call<string[]>({ do: "commands" })).filter((line) => /sleep 543/.test(line))).toEqual([]);
  });

  it("shows what keeps a pod from starting, and starts it when that is gone", async () => {
    const volumes = [{ name: "v", configMap: { name: "missing" } }];
    const volumeMounts = [{ name: "v", mountPath: "/v" }];
    const env = [{ name: "KEY", valueFrom: { secretKeyRef: { name: "hidden", key: "key" } } }];
    const container = { name: "c", image, command: ["sleep", "1000"] };
    await scene.pod("nevermount", { volumes, containers: [{ ...container, volumeMounts }] });
    await scene.pod("unset", { containers: [{ ...container, env }] });
    await scene.pod("badimage", { containers: [{ ...container, image: "registry.invalid/nope:1" }] });
    expect(await scene.told("nevermount", "FailedMount")).toMatchObject({
      type: "Warning",
      message: 'MountVolume.SetUp failed for volume "v" : configmap "missing" not found',
      source: { component: "kubelet", host: scene.node.name },
    });
    expect(storyOf(scene, "nevermount").at(-1)).toMatch(
      /^MODIFIED Pending PodReadyToStartContainers=False .* waiting:ContainerCreating$/,
    );
    await scene.when("badimage", (pod) => waitingReason(pod) === "ErrImagePull");
    await scene.when("badimage", (pod) => waitingReason(pod) === "ImagePullBackOff");
    expect(await scene.told("badimage", "BackOff")).toMatchObject({
      message: 'Back-off pulling image "registry.invalid/nope:1"',
    });
    const unset = await scene.when("unset", (pod) => waitingReason(pod) === "CreateContainerConfigError");
    expect(unset["status"].containerStatuses[0].state.waiting.message).toBe('secret "hidden" not found');

    const metadata = { namespace: "default" };
    await scene.call({
      do: "create",
      resource: "configmaps",
      object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "missing", ...metadata }, data: { a: "here" } },
    });
    const key = Buffer.from("found").toString("base64");
    await scene.call({
      do: "create",
      resource: "secrets",
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "hidden", ...metadata }, data: { key } },
    });
    await Promise.all([scene.when("nevermount", isReady), scene.when("unset", isReady)]);
    expect((await scene.exec("nevermount", ["cat", "/v/a"])).stdout).toBe("here");
    expect((await scene.exec("unset", ["printenv", "KEY"])).stdout).toBe("found\n");
  });

  it("lets containers end, fail and start again as the restart policy has it", async () => {
    const once = (name: string, script: string): Record<string, unknown> => ({
      name,
      image,
      command: ["sh", "-c", script],
    });
    await scene.pod("done", { restartPolicy: "Never", containers: [once("c", "echo said; exit 0")] });
    await scene.pod("failed", { restartPolicy: "Never", containers: [{ name: "c", image, command: ["/no/such"] }] });
    await scene.pod("crash", { containers: [once("c", "echo bye; exit 1")] });
    await scene.pod("steps", {
      restartPolicy: "Never",
      volumes: [{ name: "shared", emptyDir: {} }],
      initContainers: [
        { ...once("first", "echo 1 >>/shared/order"), volumeMounts: [{ name: "shared", mountPath: "/shared" }] },
        { ...once("second", "echo 2 >>/shared/order"), volumeMounts: [{ name: "shared", mountPath: "/shared" }] },
      ],
      containers: [{ ...once("c", "cat /shared/order"), volumeMounts: [{ name: "shared", mountPath: "/shared" }] }],
    });
    const failed = await scene.when("failed", phaseIs("Failed"));
    expect(failed["status"].containerStatuses[0].state.terminated).toMatchObject({
      exitCode: 128,
      reason: "StartError",
      message: expect.stringContaining('exec: "/no/such": stat /no/such: no such file or directory'),
    });
    const done = await scene.when("done", phaseIs("Succeeded"));
    expect(done["status"].containerStatuses[0].state.terminated).toMatchObject({ exitCode: 0, reason: "Completed" });
    expect(await scene.call({ do: "logs", pod: "done", options: {} })).toBe("said\n");
    await scene.when("steps", phaseIs("Succeeded"));
    expect(await scene.call({ do: "logs", pod: "steps", options: {} })).toBe("1\n2\n");

    const crash = await scene.when("crash", (pod) => waitingReason(pod) === "CrashLoopBackOff");
    const { uid } = crash.metadata;
    const message = `back-off 10s restarting failed container=c pod=crash_default(${uid})`;
    expect(crash["status"].containerStatuses[0]).toMatchObject({
      state: { waiting: { reason: "CrashLoopBackOff", message } },
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
      restartCount: 1,
      ready: false,
    });
    expect(await scene.call({ do: "logs", pod: "crash", options: { previous: true } })).toBe("bye\n");
  });

  it("leaves no process and no mount behind when it stops", async () => {
    expect((await scene.call<string[]>({ do: "commands" })).length).toBeGreaterThan(0);
    expect(await scene.call({ do: "stop" })).toEqual({ commands: [], mounts: [] });
  });
});
