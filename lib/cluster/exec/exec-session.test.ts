import { once } from "node:events";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WebSocket } from "ws";
import frames from "../../../fixtures/recorded/exec-frames.json" with { type: "json" };
import type { ExecSession } from "../cluster.ts";
import type { Asked } from "../playback-server.ts";
import { openTestCluster, type TestCluster } from "../test-cluster.ts";

let lab: TestCluster;
beforeEach(async () => {
  lab = await openTestCluster();
});
afterEach(() => lab[Symbol.asyncDispose]());

const target = { namespace: "facts", pod: "ok", container: "agent", command: ["sh", "-c", "echo out; exit 3"] };

function play(recorded: { channel?: number; text?: string; closeCode?: number }[]): (socket: WebSocket) => void {
  return (socket) => {
    for (const { channel, text = "", closeCode } of recorded) {
      if (closeCode !== undefined) socket.close(closeCode);
      else socket.send(Buffer.concat([Buffer.of(channel ?? 1), Buffer.from(text)]));
    }
  };
}

/** Resolves with the next session on the server's side. */
function accept(): Promise<{ socket: WebSocket; asked: Asked }> {
  return new Promise((resolve) => lab.server.onUpgrade((socket, asked) => resolve({ socket, asked })));
}

async function outputOf(session: ExecSession): Promise<{ out: string; err: string }> {
  const seen = { out: "", err: "" };
  session.onOutput((chunk) => (seen.out += chunk));
  session.onErrorOutput((chunk) => (seen.err += chunk));
  await session.closed;
  return seen;
}

async function nextFrame(socket: WebSocket): Promise<Buffer> {
  const [data] = (await once(socket, "message")) as [Buffer];
  return data;
}

describe("a command", () => {
  test("is asked for with its words in order, as the user, offering v5 and then v4", async () => {
    const accepted = accept();
    const session = await lab.cluster.exec(target);
    const { asked } = await accepted;
    expect(asked.path).toBe("/api/v1/namespaces/facts/pods/ok/exec");
    expect(asked.query.getAll("command")).toEqual(target.command);
    expect(Object.fromEntries(asked.query)).toMatchObject({
      container: "agent",
      stdin: "true",
      stdout: "true",
      stderr: "true",
    });
    expect(asked.headers).toMatchObject({
      authorization: "Bearer s3cr3t-token",
      "sec-websocket-protocol": "v5.channel.k8s.io,v4.channel.k8s.io",
    });
    session.abort();
    expect(await session.closed).toEqual({ reason: "aborted" });
  });

  test("behind a path prefix is asked for there", async () => {
    await using behind = await openTestCluster({ pathPrefix: "/k8s/clusters/c-x" });
    behind.server.onUpgrade((socket) => socket.close(1000));
    const session = await behind.cluster.exec(target);
    await session.closed;
    expect(behind.server.asked.at(-1)?.path).toBe("/k8s/clusters/c-x/api/v1/namespaces/facts/pods/ok/exec");
  });

  test.each([
    ["exit0", 0, "out\n", "err\n"],
    ["exit3", 3, "out\n", ""],
    ["killed-by-signal", 137, "", ""],
    ["v4", 3, "hi\n", ""],
  ] as const)("that ends as recorded in %s has exit code %i", async (name, exitCode, out, err) => {
    lab.server.onUpgrade(play(frames[name].frames));
    const session = await lab.cluster.exec(target);
    expect(await outputOf(session)).toEqual({ out, err });
    expect(await session.closed).toEqual({ exitCode, reason: `exited with code ${exitCode}` });
  });

  test("that cannot be started has a reason and no exit code", async () => {
    lab.server.onUpgrade(play(frames["no-such-binary"].frames));
    const end = await (await lab.cluster.exec(target)).closed;
    expect(end.exitCode).toBeUndefined();
    expect(end.reason).toMatch(/no such file or directory$/);
  });

  test("whose stream ends without a status has no exit code", async () => {
    lab.server.onUpgrade(play([{ channel: 1, text: "half" }, { closeCode: 1000 }]));
    expect(await (await lab.cluster.exec(target)).closed).toEqual({
      reason: "closed by the server without an exit status",
    });
  });

  test("whose connection breaks has no exit code", async () => {
    lab.server.onUpgrade((socket) => socket.terminate());
    expect(await (await lab.cluster.exec(target)).closed).toEqual({ reason: "the connection broke" });
  });
});

describe("output", () => {
  test("is text, whole, although characters are cut in two", async () => {
    const bytes = Buffer.from("Athína → Húrup\n");
    lab.server.onUpgrade((socket) => {
      for (const byte of bytes) socket.send(Buffer.of(1, byte));
      socket.close(1000);
    });
    expect((await outputOf(await lab.cluster.exec(target))).out).toBe("Athína → Húrup\n");
  });

  test("that came before anybody listened is kept", async () => {
    lab.server.onUpgrade(play(frames.exit0.frames));
    const session = await lab.cluster.exec(target);
    await session.closed;
    let seen = "";
    session.onOutput((chunk) => (seen += chunk));
    expect(seen).toBe("out\n");
  });

  test("ends the session, and not the process, when a listener throws", async () => {
    const accepted = accept();
    const session = await lab.cluster.exec(target);
    session.onOutput(() => {
      throw new Error("a fault in the listener");
    });
    play([{ channel: 1, text: "x" }])((await accepted).socket);
    expect(await session.closed).toEqual({ reason: "a listener for its output failed" });
  });
});

describe("input", () => {
  test("is sent in frames that servers take", async () => {
    const accepted = accept();
    const session = await lab.cluster.exec(target);
    const { socket } = await accepted;
    const received: Buffer[] = [];
    const done = new Promise<void>((resolve) =>
      socket.on("message", (data: Buffer) => {
        received.push(data);
        if (data[0] === 255) resolve();
      }),
    );
    session.write("x".repeat(100_000));
    session.endInput();
    await done;
    expect(received.map((frame) => [frame[0], frame.length - 1])).toEqual([
      [0, 32_768],
      [0, 32_768],
      [0, 32_768],
      [0, 1696],
      [255, 1],
    ]);
    session.abort();
  });

  test("ends half of a v5 session: what the command says later still arrives", async () => {
    const accepted = accept();
    const session = await lab.cluster.exec(target);
    const { socket } = await accepted;
    session.endInput();
    expect([...(await nextFrame(socket))]).toEqual([255, 0]);
    play(frames.exit3.frames)(socket);
    expect(await outputOf(session)).toMatchObject({ out: "out\n" });
    expect(await session.closed).toMatchObject({ exitCode: 3 });
  });

  test("after the end goes nowhere and throws nothing", async () => {
    lab.server.onUpgrade(play(frames.exit0.frames));
    const session = await lab.cluster.exec(target);
    await session.closed;
    session.write("late");
    session.endInput();
    session.abort();
    expect(await session.closed).toMatchObject({ exitCode: 0 });
  });
});

describe("a refused upgrade is broken:", () => {
  test.each([
    [404, frames["pod-missing"].body, "not-found", '404 NotFound: pods "nope" not found'],
    [
      400,
      frames["pod-not-running"].body,
      "rejected",
      "400 BadRequest: pod unschedulable does not have a host assigned",
    ],
    [403, frames["unknown-protocol"].body, "forbidden", "403"],
    [401, "", "unauthorized", "401"],
    [500, "<html><title>Bad gateway</title></html>", "server-error", '500: a web page titled "Bad gateway"'],
    [502, "upstream with s3cr3t-token failed", "server-error", "502: upstream with [redacted] failed"],
  ])("%i %j", async (status, body, failure, what) => {
    lab.server.onUpgrade({ status, body });
    const error: unknown = await lab.cluster.exec(target).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: "broken", failure, what, status });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain("s3cr3t-token");
  });

  test("a server that knows neither protocol", async () => {
    lab.server.onUpgrade((socket) => socket.terminate());
    lab.server.speak([]);
    const opening = lab.cluster.exec(target);
    await expect(opening).rejects.toMatchObject({ kind: "broken", failure: "not-kubernetes" });
  });

  test("a server that is gone", async () => {
    await lab.server.close();
    await expect(lab.cluster.exec(target)).rejects.toMatchObject({ kind: "broken", failure: "refused" });
  });
});

test("a v4 session ends with its input", async () => {
  lab.server.speak(["v4.channel.k8s.io"]);
  const accepted = accept();
  const session = await lab.cluster.exec(target);
  session.endInput();
  const [code] = (await once((await accepted).socket, "close")) as [number];
  expect(code).toBe(1000);
  expect((await session.closed).exitCode).toBeUndefined();
});

test("a signal that aborts ends the session, and one that has aborted opens none", async () => {
  const stop = new AbortController();
  const accepted = accept();
  const session = await lab.cluster.exec({ ...target, signal: stop.signal });
  await accepted;
  stop.abort();
  expect(await session.closed).toEqual({ reason: "aborted" });
  await expect(lab.cluster.exec({ ...target, signal: stop.signal })).rejects.toMatchObject({ kind: "interrupted" });
});

test("closing the cluster ends its sessions", async () => {
  const accepted = accept();
  const session = await lab.cluster.exec(target);
  await accepted;
  await lab.cluster.close();
  expect(await session.closed).toEqual({ reason: "aborted" });
});
