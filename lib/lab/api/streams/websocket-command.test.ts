import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:https";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startFakePodServer } from "./fake-pod-server.ts";
import type { FakePodServer } from "./fake-pod-server.ts";

let server: FakePodServer;
beforeAll(async () => {
  server = await startFakePodServer();
});
afterAll(() => server.close());

function url(command: string[], options = "stdin=true&stdout=true&stderr=true", subresource = "exec"): string {
  const words = command.map((word) => `&command=${encodeURIComponent(word)}`).join("");
  return `https://127.0.0.1:${server.port}/api/v1/namespaces/default/pods/echo/${subresource}?${options}${words}`;
}

function open(address: string, subprotocol: string): { websocket: WebSocket; session: Promise<Session> } {
  const websocket = new WebSocket(address.replace("http", "ws"), subprotocol, { agent: server.agent });
  const frames: Buffer[] = [];
  websocket.on("message", (data: Buffer) => frames.push(data));
  const session = once(websocket, "close").then(([code]) => ({ code: code as number, frames }));
  return { websocket, session };
}

interface Session {
  code: number;
  frames: Buffer[];
}

/** Frames as `channel:text`, chunks of one channel in a row joined. */
function transcript({ frames }: Session): string[] {
  const lines: string[] = [];
  for (const frame of frames) {
    const [channel, said] = [`${frame[0]}:`, frame.toString("utf8", 1)];
    if (lines.length > 1 && lines.at(-1)?.startsWith(channel)) lines[lines.length - 1] += said;
    else lines.push(channel + said);
  }
  return lines;
}

async function handshake(address: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const key = Buffer.alloc(16, 7).toString("base64");
  const upgrade = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-key": key,
    "sec-websocket-version": "13",
  };
  const asked = request(address, { agent: server.agent, headers: { ...upgrade, ...headers } }).end();
  return new Promise((resolve, reject) => {
    asked.once("response", resolve).once("error", reject);
    asked.once("upgrade", (response, socket, head) => {
      socket.unshift(head);
      resolve(Object.assign(response, { socket }));
    });
  });
}

const success = '3:{"metadata":{},"status":"Success"}';

describe("a command over v5.channel.k8s.io", () => {
  const run = async (command: string[]) => transcript(await open(url(command), "v5.channel.k8s.io").session);

  test("greets with an empty output frame and ends with its status and a normal close", async () => {
    const session = await open(url(["sh", "-c", "echo out; echo err >&2"]), "v5.channel.k8s.io").session;
    const [greeting, ...rest] = transcript(session);
    expect(greeting).toBe("1:");
    // Two pipes have no common order.
    expect(rest.slice(0, 2).toSorted()).toEqual(["1:out\n", "2:err\n"]);
    expect(rest.slice(2)).toEqual([success]);
    expect(session.code).toBe(1000);
  });

  test("tells an exit code", async () => {
    expect(await run(["sh", "-c", "echo out; exit 3"])).toEqual([
      "1:",
      "1:out\n",
      '3:{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: command terminated with exit code 3","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}',
    ]);
  });

  test("tells a death by signal 9 as 137", async () => {
    const [, status = ""] = await run(["sh", "-c", "kill -9 $$"]);
    expect(status).toContain('"causes":[{"reason":"ExitCode","message":"137"}]');
  });

  test("tells a missing binary as an internal error without an exit code", async () => {
    const [greeting, frame = "", ...more] = await run(["/no/such/binary"]);
    expect({ greeting, more }).toEqual({ greeting: "1:", more: [] });
    const status = JSON.parse(frame.slice(2)) as { message: string };
    const cause = status.message.replace("Internal error occurred: ", "");
    expect(status).toEqual({
      metadata: {},
      status: "Failure",
      message: expect.stringMatching(
        /^Internal error occurred: Internal error occurred: error executing .* start exec "[0-9a-f]{64}": .*: exec: "\/no\/such\/binary": stat \/no\/such\/binary: no such file or directory$/,
      ),
      reason: "InternalError",
      details: { causes: [{ message: cause }] },
      code: 500,
    });
  });

  test("ends its input on half-close and still delivers what it says then", async () => {
    const { websocket, session } = open(url(["sh", "-c", "cat; echo bye"]), "v5.channel.k8s.io");
    await once(websocket, "open");
    websocket.send(Buffer.from("\0hello\n"));
    websocket.send(Buffer.of(255, 0));
    expect(transcript(await session)).toEqual(["1:", "1:hello\nbye\n", success]);
  });

  test("delivers output in frames of 32 KiB at most", async () => {
    const { frames } = await open(url(["head", "-c", "100000", "/dev/zero"]), "v5.channel.k8s.io").session;
    const output = frames.filter((frame) => frame[0] === 1).map((frame) => frame.length - 1);
    expect(output.reduce((sum, bytes) => sum + bytes)).toBe(100_000);
    // How much comes at once is the pipe's affair.
    expect(Math.max(...output)).toBeLessThanOrEqual(32_768);
  });

  test("leaves out streams that were not asked for", async () => {
    const command = ["sh", "-c", "echo out; echo err >&2"];
    expect(transcript(await open(url(command, "stderr=true"), "v5.channel.k8s.io").session)).toEqual([
      "2:",
      "2:err\n",
      success,
    ]);
  });

  test("takes a large input while the command echoes it", async () => {
    const { websocket, session } = open(url(["cat"]), "v5.channel.k8s.io");
    await once(websocket, "open");
    const block = Buffer.concat([Buffer.of(0), Buffer.alloc(1_000_000, "x")]);
    for (let count = 0; count < 20; count += 1) websocket.send(block);
    websocket.send(Buffer.of(255, 0));
    const { frames } = await session;
    const echoed = frames.filter((frame) => frame[0] === 1).reduce((sum, frame) => sum + frame.length - 1, 0);
    expect(echoed).toBe(20_000_000);
  });

  test("answers pings", async () => {
    const { websocket, session } = open(url(["cat"]), "v5.channel.k8s.io");
    await once(websocket, "open");
    websocket.ping("are you there");
    const [answer] = (await once(websocket, "pong")) as [Buffer];
    expect(answer.toString()).toBe("are you there");
    websocket.send(Buffer.of(255, 0));
    await session;
  });

  test("sees its input end when the client is gone, but is not killed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "streams-"));
    const file = join(folder, "alive");
    const { websocket } = open(url(["sh", "-c", `cat >/dev/null; echo alive >${file}`]), "v5.channel.k8s.io");
    await once(websocket, "open");
    websocket.terminate();
    await server.processes.at(-1)?.exited;
    expect(await readFile(file, "utf8")).toBe("alive\n");
    await rm(folder, { recursive: true });
  });
});

test("on v4 the status reads as the kubelet puts it", async () => {
  expect(transcript(await open(url(["sh", "-c", "echo hi; exit 3"]), "v4.channel.k8s.io").session)).toEqual([
    "1:",
    "1:hi\n",
    '3:{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: error executing command [sh -c echo hi; exit 3], exit code 3","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}',
  ]);
});

test("without a subprotocol there is no status, and the handshake names the empty one", async () => {
  const response = await handshake(url(["true"]), {});
  expect([response.statusCode, response.headers["sec-websocket-protocol"]]).toEqual([101, ""]);
  const frames: Buffer[] = [];
  for await (const chunk of response.socket as AsyncIterable<Buffer>) {
    frames.push(chunk);
    if (Buffer.concat(frames).length === 7) break;
  }
  // The empty frame on channel 1, then close 1000.
  expect(Buffer.concat(frames).toString("hex")).toBe("820101880203e8");
});

describe("an upgrade is refused", () => {
  const v5 = { "sec-websocket-protocol": "v5.channel.k8s.io" };

  test("with 403 and no word for an unknown subprotocol", async () => {
    const response = await handshake(url(["true"]), { "sec-websocket-protocol": "v9.channel.k8s.io" });
    expect(response.statusCode).toBe(403);
    expect(response.rawHeaders).toEqual(["Connection", "close"]);
    expect(await text(response)).toBe("");
  });

  test("with the kubelet's Status", async () => {
    const response = await handshake(url(["true"], "stdout=true&container=nope"), v5);
    expect(response.statusCode).toBe(400);
    expect(response.headers["content-type"]).toBe("application/json");
    expect(await text(response)).toBe(
      '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"container nope is not valid for pod echo","reason":"BadRequest","code":400}\n',
    );
  });

  test("when no stream is asked for", async () => {
    const response = await handshake(url(["true"], ""), v5);
    expect([response.statusCode, await text(response)]).toEqual([400, expect.stringContaining("at least 1 of stdin")]);
  });

  test("when it asks for another protocol", async () => {
    const response = await handshake(url(["true"]), { upgrade: "h2c" });
    expect([response.statusCode, await text(response)]).toEqual([400, expect.stringContaining("Upgrade request")]);
  });
});

test("attach delivers the output of the container", async () => {
  const address = url([], "stdout=true&stderr=true", "attach");
  expect(transcript(await open(address, "v5.channel.k8s.io").session)).toEqual([
    "1:",
    "1:first line\nsecond line\n",
    success,
  ]);
});
