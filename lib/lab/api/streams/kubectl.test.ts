import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFakePodServer } from "./fake-pod-server.ts";
import type { FakePodServer } from "./fake-pod-server.ts";

const installed = spawnSync("kubectl", ["version", "--client"]).status === 0;

const transports: [string, string][] = [
  ["websocket", "true"],
  ["SPDY/3.1", "false"],
];

// A machine need not have kubectl; the protocols that it speaks are tested without it, too.
describe.skipIf(!installed).for(transports)("kubectl over %s", ([upgrade, websockets]) => {
  let server: FakePodServer;
  let web: Server;
  beforeAll(async () => {
    server = await startFakePodServer();
    web = createServer((request, response) => response.end(`you asked for ${request.url}`));
    web.listen(0, "127.0.0.1");
    await once(web, "listening");
  });
  afterAll(async () => {
    web.close();
    await server.close();
  });

  function kubectl(...args: string[]) {
    const switches = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: websockets, KUBECTL_PORT_FORWARD_WEBSOCKETS: websockets };
    return spawn(
      "kubectl",
      [
        "--server",
        `https://127.0.0.1:${server.port}`,
        "--insecure-skip-tls-verify",
        "--token",
        "anyone",
        "--namespace",
        "default",
        ...args,
      ],
      {
        env: { PATH: process.env["PATH"], HOME: "/nonexistent", KUBECONFIG: "/dev/null", ...switches },
      },
    );
  }

  async function finish(child: ReturnType<typeof kubectl>) {
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { out, err, code: code as number };
  }

  test("exec brings output, input and the exit code", async () => {
    const child = kubectl("exec", "-i", "echo", "--", "sh", "-c", "cat; echo err >&2; exit 3");
    child.stdin.end("hello\n");
    expect(await finish(child)).toEqual({
      out: "hello\n",
      err: expect.stringMatching(/^err\n.*exit code 3\n$/s),
      code: 3,
    });
  });

  test("exec succeeds without input", async () => {
    expect(await finish(kubectl("exec", "echo", "--", "echo", "done"))).toEqual({ out: "done\n", err: "", code: 0 });
  });

  test("exec names a missing binary", async () => {
    const { err, code } = await finish(kubectl("exec", "echo", "--", "/no/such/binary"));
    expect(err).toContain("stat /no/such/binary: no such file or directory");
    expect(code).toBe(1);
  });

  test("attach brings the container's output", async () => {
    expect(await finish(kubectl("attach", "echo"))).toMatchObject({ out: "first line\nsecond line\n", code: 0 });
  });

  test("port-forward carries several requests", async () => {
    const child = kubectl("port-forward", "pod/echo", `:${(web.address() as AddressInfo).port}`);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const local = /127\.0\.0\.1:(\d+)/.exec(line.toString())?.[1];
    for (const path of ["/one", "/two"]) {
      const response = await fetch(`http://127.0.0.1:${local}${path}`, { headers: { connection: "close" } });
      expect(await response.text()).toBe(`you asked for ${path}`);
    }
    child.kill();
    await once(child, "close");
  });

  test("kubectl never had to fall back on the other one", () => {
    expect(server.upgrades.length).toBeGreaterThan(0);
    expect(server.upgrades.filter((asked) => !asked.startsWith(upgrade))).toEqual([]);
  });
});
