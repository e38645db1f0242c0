import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  image,
  isReady,
  type KubeletScene,
  openKubeletScene,
  possibleRights,
  waitingReason,
} from "../kubelet-scene.ts";

describe.each(possibleRights)("with the rights of %s", (right) => {
  let scene: KubeletScene;
  beforeAll(async () => {
    scene = await openKubeletScene(right);
  });
  afterAll(() => scene.close());

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
            workingDir: "/srv/pages",
            env: [
              { name: "COLOUR", valueFrom: { configMapKeyRef: { name: "settings", key: "colour" } } },
              { name: "ADDRESS", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
              { name: "TEXT", value: '$(COLOUR) it\'s "quoted"\n$(NOBODY)' },
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
      `${status.podIP}\tview.team.default.svc.cluster.local\tview\nview\nview\n/srv/pages\n`,
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
    expect(
      await shell(
        "touch /usr/x /settings/x /dev/x /etc/ssl/x 2>/dev/null; echo $?; touch /scratch/x /tmp/x /x /etc/x; echo $?",
      ),
    ).toBe("1\n0\n");
    // The host's processes and files and the lab's mounts stay outside.
    expect(await shell("echo /proc/[0-9]*")).toMatch(/^\/proc\/1 \/proc\/\d+\n$/);
    expect(await shell("ls -A /run /var /home | tr '\\n' ' '")).toBe(
      "/home: node  /run: secrets shm  /var: lib log run tmp ",
    );
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
    const changed =
      "until grep -q two /settings/deep/page.txt; do sleep 0.01; done; cat /settings/deep/page.txt; echo $COLOUR";
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
    const refused = await scene.when("rootless", (pod) => waitingReason(pod) === "CreateContainerConfigError");
    expect(refused["status"].containerStatuses[0].state.waiting.message).toContain(
      "container has runAsNonRoot and image will run as root",
    );
  });

  it("shows the project to the lab's own images only", async () => {
    const waits = { name: "c", command: ["sleep", "1000"] };
    await scene.pod("own", { containers: [{ ...waits, image: "registry.lab/kube-dns:1" }] });
    await scene.pod("stock", { containers: [{ ...waits, image }] });
    await Promise.all([scene.when("own", isReady), scene.when("stock", isReady)]);
    const look = ["sh", "-c", "head -c 1 /meshgate/package.json; touch /meshgate/x"];
    expect(await scene.exec("own", look)).toMatchObject({
      stdout: "{",
      stderr: expect.stringContaining("Read-only file system"),
    });
    expect(await scene.exec("stock", look)).toMatchObject({ stdout: "" });
  });
});
