import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogOptions } from "../model.ts";
import {
  image,
  isReady,
  type KubeletScene,
  openKubeletScene,
  possibleRights,
  readiness,
  serve,
  waitingReason,
} from "./kubelet-scene.ts";

describe.each(possibleRights)("with the rights of %s", (right) => {
  let scene: KubeletScene;
  beforeAll(async () => {
    scene = await openKubeletScene(right);
  });
  afterAll(() => scene.close());

  it("runs commands in a container and tells how they ended", async () => {
    await scene.pod("tasks", { containers: [{ name: "c", image, command: ["sleep", "1000"] }] });
    await scene.when("tasks", isReady);
    expect(await scene.exec("tasks", ["sh", "-c", "echo out; echo err >&2; exit 3"])).toEqual({
      stdout: "out\n",
      stderr: "err\n",
      exited: { code: 3 },
    });
    expect(await scene.exec("tasks", ["cat"], { stdin: "to and fro" })).toEqual({
      stdout: "to and fro",
      stderr: "",
      exited: { code: 0 },
    });
    expect(await scene.exec("tasks", ["sh", "-c", "echo err >&2; echo $TERM"], { tty: true })).toEqual({
      stdout: "err\nxterm\n",
      stderr: "",
      exited: { code: 0 },
    });
    expect(await scene.exec("tasks", ["sh", "-c", "kill -9 $$"])).toMatchObject({ exited: { code: 137 } });
    expect(await scene.exec("tasks", ["/no/such/binary"])).toMatchObject({
      exited: { failure: 'exec: "/no/such/binary": stat /no/such/binary: no such file or directory' },
    });
    expect(await scene.exec("tasks", ["nobody"])).toMatchObject({
      exited: { failure: 'exec: "nobody": executable file not found in $PATH' },
    });
    expect(await scene.exec("tasks", ["sh", "-c", "echo on; exec sleep 4321"], { killAfter: "on" })).toMatchObject({
      exited: { code: 137 },
    });
    const left = await scene.call<string[]>({ do: "commands" });
    expect(left.filter((line) => line.includes("sleep 4321"))).toEqual([]);
    await expect(scene.exec("nope", ["true"])).rejects.toThrow('pods "nope" not found');
  });

  it("serves logs and connections", async () => {
    const lifecycle = { preStop: { exec: { command: ["sh", "-c", "echo goodbye >/proc/1/fd/1"] } } };
    await scene.pod("talk", {
      containers: [{ ...serve, readinessProbe: readiness, lifecycle }],
      terminationGracePeriodSeconds: 5,
    });
    await scene.when("talk", isReady);
    const followed = scene.call<string>({ do: "logs", pod: "talk", options: { follow: true } });
    expect(await scene.call({ do: "dial", pod: "talk", port: 8080, send: "GET / HTTP/1.0\r\n\r\n" })).toMatch(
      /from talk$/,
    );
    await expect(scene.call({ do: "dial", pod: "talk", port: 9, send: "" })).rejects.toThrow(
      "error forwarding port 9 to pod talk: dial tcp4 127.0.0.1:9: connect: connection refused",
    );
    expect(await scene.call({ do: "logs", pod: "talk", options: { timestamps: true, tailLines: 1 } })).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z listening\n$/,
    );
    await scene.call({ do: "delete", resource: "pods", name: "talk" });
    expect(await followed).toBe("listening\ngoodbye\nasked to end\n");
    await expect(scene.call({ do: "logs", pod: "life", options: {} })).rejects.toThrow('pods "life" not found');
  });

  it("has no log of a container that never ran, and the last one of a container that waits to run again", async () => {
    const log = (pod: string, options: LogOptions) => scene.call({ do: "logs", pod, options });
    await scene.pod("imageless", { containers: [{ name: "c", image: "registry.invalid/nope:1" }] });
    const waiting = 'container "c" in pod "imageless" is waiting to start';
    await scene.when("imageless", (pod) => waitingReason(pod) === "ErrImagePull");
    await expect(log("imageless", {})).rejects.toThrow(`${waiting}: image can't be pulled`);
    await scene.when("imageless", (pod) => waitingReason(pod) === "ImagePullBackOff");
    await expect(log("imageless", { follow: true })).rejects.toThrow(`${waiting}: trying and failing to pull image`);
    await expect(log("imageless", { previous: true })).rejects.toThrow(
      'previous terminated container "c" in pod "imageless" not found',
    );

    const command = ["sh", "-c", "echo run $(ls /again | wc -l); mktemp /again/XXXXXX; exit 1"];
    await scene.pod("failing", {
      volumes: [{ name: "again", emptyDir: {} }],
      containers: [{ name: "c", image, command, volumeMounts: [{ name: "again", mountPath: "/again" }] }],
    });
    await scene.when("failing", (pod) => waitingReason(pod) === "CrashLoopBackOff");
    expect(await log("failing", {})).toMatch(/^run 1\n/);
    expect(await log("failing", { previous: true })).toMatch(/^run 1\n/);
  });
});
