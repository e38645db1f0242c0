import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../model.ts";
import type { Executed } from "./kubelet-scene-host.ts";
import { isReady, type KubeletScene, openKubeletScene, type Rights } from "./kubelet-scene.ts";

const image = "node:24-alpine";
const server = `
  const http = require("node:http");
  let healthy = true;
  const server = http.createServer((request, response) => {
    if (request.url === "/sicken") healthy = false;
    response.statusCode = healthy ? 200 : 500;
    response.end("from " + process.env.HOSTNAME);
  });
  process.on("SIGTERM", () => { console.log("asked to end"); process.exit(0); });
  server.listen(8080, () => console.log("listening"));
`;
const serve = { name: "c", image, command: ["node", "-e", server], ports: [{ name: "web", containerPort: 8080 }] };
const readiness = { httpGet: { path: "/", port: "web" }, periodSeconds: 1 };

const reasonOf = (pod: KubeObject): string => pod["status"]?.containerStatuses?.[0]?.state.waiting?.reason;
const phaseIs = (phase: string) => (pod: KubeObject) => pod["status"]?.phase === phase;

/** One line for each state that a pod was seen in: phase, conditions with reasons, the container's state. */
function storyOf(scene: KubeletScene, name: string): string[] {
  const told = scene.history.filter(({ object }) => object.metadata.name === name).map(({ type, object }) => {
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

const rights: Rights[] = process.getuid?.() === 0 ? ["user", "root"] : ["user"];

describe.each(rights)("with the rights of %s", (right) => {
  let scene: KubeletScene;
  beforeAll(async () => {
    scene = await openKubeletScene(right);
  });
  afterAll(() => scene.close());

  it("leads a pod through the states of a real one, from binding to deletion", async () => {
    await scene.pod("life", { containers: [{ ...serve, readinessProbe: readiness }], terminationGracePeriodSeconds: 30 });
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

  it("gives a container names, variables and volumes of its own and the host's programs to read", async () => {
    await scene.call({
      do: "create",
      resource: "configmaps",
      object: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "settings", namespace: "default" },
        data: { colour: "green", "page.txt": "one" },
      },
    });
    await scene.pod(
      "view",
      {
        subdomain: "team",
        volumes: [
          { name: "settings", configMap: { name: "settings", items: [{ key: "page.txt", path: "deep/page.txt" }] } },
          { name: "scratch", emptyDir: {} },
          { name: "self", downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
        ],
        containers: [
          {
            name: "c",
            image,
            args: ["-e", "setInterval(() => {}, 1e6)"],
            workingDir: "/work/dir",
            env: [
              { name: "COLOUR", valueFrom: { configMapKeyRef: { name: "settings", key: "colour" } } },
              { name: "ADDRESS", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
              { name: "TEXT", value: "$(COLOUR) it's \"quoted\"\n$(NOBODY)" },
            ],
            volumeMounts: [
              { name: "settings", mountPath: "/settings" },
              { name: "settings", mountPath: "/single.txt", subPath: "deep/page.txt" },
              { name: "scratch", mountPath: "/scratch" },
              { name: "self", mountPath: "/scratch/self" },
            ],
          },
        ],
      },
      { labels: { app: "view" } },
    );
    const { status } = await scene.when("view", isReady);
    const shell = async (line: string): Promise<string> => {
      const { stdout, stderr } = await scene.exec("view", ["sh", "-c", line]);
      return stdout + stderr;
    };
    expect(await shell("cat /etc/resolv.conf")).toBe(
      "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.1.0.10\noptions ndots:5\n",
    );
    expect(await shell("tail -n 1 /etc/hosts; cat /etc/hostname; hostname; pwd")).toBe(
      `${status.podIP}\tview.team.default.svc.cluster.local\tview\nview\nview\n/work/dir\n`,
    );
    expect(await shell('printf "%s|" "$COLOUR" "$ADDRESS" "$TEXT" "$KUBERNETES_SERVICE_HOST" "$HOME"')).toBe(
      `green|${status.podIP}|green it's "quoted"\n$(NOBODY)|10.1.0.1|/root|`,
    );
    expect(await shell("cat /settings/deep/page.txt /single.txt /scratch/self/labels")).toBe('oneoneapp="view"');
    expect(await shell("cd /run/secrets/kubernetes.io/serviceaccount && cat token namespace ca.crt")).toBe(
      "token of default/defaultdefaultthe lab's authority",
    );
    expect(await shell("ls -A /usr/local/bin; readlink /proc/1/exe; node --version")).toBe(
      `node\n/usr/local/bin/node\n${process.version}\n`,
    );
    expect(await shell("touch /usr/x /settings/x /dev/x /etc/ssl/x 2>/dev/null; echo $?; touch /scratch/x /tmp/x /x /etc/x; echo $?")).toBe(
      "1\n0\n",
    );
    // The host's processes and files and the lab's mounts stay outside.
    expect(await shell("echo /proc/[0-9]*")).toMatch(/^\/proc\/1 \/proc\/\d+\n$/);
    expect(await shell("ls -A /run /var /home | tr '\\n' ' '")).toBe("/home: node  /run: secrets shm  /var: lib log run tmp ");
    expect(await shell("echo seen >/dev/stderr; ls -A /dev | tr '\\n' ' '")).toContain("null");

    await scene.call({
      do: "replace",
      resource: "configmaps",
      object: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "settings", namespace: "default" },
        data: { colour: "red", "page.txt": "two" },
      },
    });
    const changed = "until grep -q two /settings/deep/page.txt; do sleep 0.01; done; cat /settings/deep/page.txt; echo $COLOUR";
    expect(await shell(changed)).toBe("twogreen\n");
  });

  it("leaves a container the capabilities that its security context grants", async () => {
    const waits = { name: "c", image, command: ["sleep", "1000"] };
    const locked = {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
    };
    await scene.pod("usual", { containers: [waits] });
    await scene.pod("locked", { containers: [{ ...waits, securityContext: locked }] });
    await scene.pod("other", { containers: [{ ...waits, securityContext: { runAsUser: 1000 } }] });
    await scene.pod("rootless", { containers: [{ ...waits, securityContext: { runAsNonRoot: true } }] });
    const facts = ["sh", "-c", "grep -E '^(CapBnd|CapEff|NoNewPrivs)' /proc/self/status; touch /tmp/x 2>&1"];
    const factsOf = async (pod: string): Promise<string> => {
      await scene.when(pod, isReady);
      return (await scene.exec(pod, facts)).stdout.replaceAll(/\t/g, " ");
    };
    expect(await factsOf("usual")).toBe("CapEff: 00000000a80425fb\nCapBnd: 00000000a80425fb\nNoNewPrivs: 0\n");
    expect(await factsOf("locked")).toBe(
      "CapEff: 0000000000000400\nCapBnd: 0000000000000400\nNoNewPrivs: 1\ntouch: cannot touch '/tmp/x': Read-only file system\n",
    );
    await scene.when("other", isReady);
    expect((await scene.exec("other", ["id", "-u"])).stdout).toBe(right === "root" ? "1000\n" : "0\n");
    const refused = await scene.when("rootless", (pod) => reasonOf(pod) === "CreateContainerConfigError");
    expect(refused["status"].containerStatuses[0].state.waiting.message).toContain("container has runAsNonRoot and image will run as root");
  });

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
    const left = await scene.exec("tasks", ["sh", "-c", "while pgrep -x sleep -f 4321; do sleep 0.01; done; echo none"]);
    expect(left.stdout).toMatch(/none\n$/);
    await expect(scene.exec("nope", ["true"])).rejects.toThrow('pods "nope" not found');
  });

  it("ends everything in a pod that is deleted, or vanishes", async () => {
    const startedInside = async (pod: string, command: string): Promise<{ ended: Promise<Executed> }> => {
      const ended = scene.exec(pod, ["sh", "-c", `touch /tmp/on; exec ${command}`]);
      await scene.exec(pod, ["sh", "-c", "until [ -e /tmp/on ]; do sleep 0.01; done"]);
      return { ended };
    };
    const stubborn = { name: "c", image, command: ["sh", "-c", "trap '' TERM; sleep 5432 & while :; do sleep 0.1; done"] };
    await scene.pod("slow", { terminationGracePeriodSeconds: 1, containers: [stubborn] });
    await scene.when("slow", isReady);
    const inside = await startedInside("slow", "sleep 5433");
    await scene.call({ do: "delete", resource: "pods", name: "slow" });
    await scene.gone("slow");
    const [last] = scene.history.filter(({ object }) => object.metadata.name === "slow").slice(-1);
    expect(last?.object["status"].containerStatuses[0].state.terminated).toMatchObject({ exitCode: 137, reason: "Error" });
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
    expect(storyOf(scene, "nevermount").at(-1)).toMatch(/^MODIFIED Pending PodReadyToStartContainers=False .* waiting:ContainerCreating$/);
    await scene.when("badimage", (pod) => reasonOf(pod) === "ErrImagePull");
    await scene.when("badimage", (pod) => reasonOf(pod) === "ImagePullBackOff");
    expect(await scene.told("badimage", "BackOff")).toMatchObject({ message: 'Back-off pulling image "registry.invalid/nope:1"' });
    const unset = await scene.when("unset", (pod) => reasonOf(pod) === "CreateContainerConfigError");
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
    const once = (name: string, script: string): Record<string, unknown> => ({ name, image, command: ["sh", "-c", script] });
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

    const crash = await scene.when("crash", (pod) => reasonOf(pod) === "CrashLoopBackOff");
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

  it("asks probes from the node, and kills what does not live", async () => {
    const livenessProbe = { ...readiness, initialDelaySeconds: 1, failureThreshold: 2 };
    const startupProbe = { exec: { command: ["test", "-e", "/tmp/up"] }, periodSeconds: 1, failureThreshold: 30 };
    await scene.pod("sick", { containers: [{ ...serve, readinessProbe: readiness, livenessProbe }] });
    await scene.pod("starting", { containers: [{ ...serve, startupProbe, readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }] });
    await scene.when("sick", isReady);
    await scene.call({ do: "dial", pod: "sick", port: 8080, send: "GET /sicken HTTP/1.0\r\n\r\n" });
    expect(await scene.told("sick", "Unhealthy")).toMatchObject({
      type: "Warning",
      message: expect.stringMatching(/^(Readiness|Liveness) probe failed: HTTP probe failed with statuscode: 500$/),
    });
    expect(await scene.told("sick", "Killing")).toMatchObject({
      message: "Container c failed liveness probe, will be restarted",
    });
    const again = await scene.when("sick", (pod) => isReady(pod) && pod["status"].containerStatuses[0].restartCount === 1);
    expect(again["status"].containerStatuses[0]).toMatchObject({ started: true, ready: true });

    const starting = await scene.when("starting", phaseIs("Running"));
    expect(starting["status"].containerStatuses[0]).toMatchObject({ started: false, ready: false });
    await scene.exec("starting", ["touch", "/tmp/up"]);
    await scene.when("starting", isReady);
  });

  it("serves logs and connections", async () => {
    await scene.pod("talk", { containers: [{ ...serve, readinessProbe: readiness }], terminationGracePeriodSeconds: 5 });
    await scene.when("talk", isReady);
    const followed = scene.call<string>({ do: "logs", pod: "talk", options: { follow: true } });
    expect(await scene.call({ do: "dial", pod: "talk", port: 8080, send: "GET / HTTP/1.0\r\n\r\n" })).toMatch(/from talk$/);
    await expect(scene.call({ do: "dial", pod: "talk", port: 9, send: "" })).rejects.toThrow(
      "error forwarding port 9 to pod talk: dial tcp4 127.0.0.1:9: connect: connection refused",
    );
    expect(await scene.call({ do: "logs", pod: "talk", options: { timestamps: true, tailLines: 1 } })).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z listening\n$/,
    );
    await scene.call({ do: "delete", resource: "pods", name: "talk" });
    expect(await followed).toBe("listening\nasked to end\n");
    await expect(scene.call({ do: "logs", pod: "life", options: {} })).resolves.toBe("");
  });

  it("leaves no process and no mount behind when it stops", async () => {
    expect((await scene.call<string[]>({ do: "commands" })).length).toBeGreaterThan(0);
    expect(await scene.call({ do: "stop" })).toEqual({ commands: [], mounts: [] });
  });
});
