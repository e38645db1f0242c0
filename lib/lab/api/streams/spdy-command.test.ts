import { afterAll, beforeAll, expect, test } from "vitest";
import { startFakePodServer } from "./fake-pod-server.ts";
import type { FakePodServer } from "./fake-pod-server.ts";
import { dialSpdy } from "./spdy-client.ts";
import type { ClientStream, SpdyClient } from "./spdy-client.ts";
import { controlFrame, controlType, words } from "./spdy-frame.ts";

let server: FakePodServer;
beforeAll(async () => {
  server = await startFakePodServer();
});
afterAll(() => server.close());

const dial = (command: string[]) => dialSpdy(url(command), "v4.channel.k8s.io", server.agent);

function url(command: string[]): string {
  const query = new URLSearchParams([
    ["stdin", "true"],
    ["stdout", "true"],
    ["stderr", "true"],
  ]);
  for (const word of command) query.append("command", word);
  return `https://127.0.0.1:${server.port}/api/v1/namespaces/default/pods/echo/exec?${query.toString()}`;
}

interface Streams {
  error: ClientStream;
  stdin: ClientStream;
  stdout: ClientStream;
  stderr: ClientStream;
}

async function openAll(client: SpdyClient): Promise<Streams> {
  const open = (streamtype: string) => client.open({ streamtype });
  return {
    error: await open("error"),
    stdin: await open("stdin"),
    stdout: await open("stdout"),
    stderr: await open("stderr"),
  };
}

test("runs a command once all its streams are open, and ends each with what it has to say", async () => {
  const client = await dial(["sh", "-c", "cat; echo err >&2; exit 3"]);
  const { error, stdin, stdout, stderr } = await openAll(client);
  stdin.write("hello ");
  stdin.write("world\n");
  stdin.end();
  expect([await stdout.text, await stderr.text]).toEqual(["hello world\n", "err\n"]);
  expect(JSON.parse(await error.text)).toMatchObject({
    message: expect.stringContaining("error executing command [sh -c cat; echo err >&2; exit 3], exit code 3"),
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: "3" }] },
  });
  await client.closed;
});

test("delivers a large output whole", async () => {
  const client = await dial(["head", "-c", "5000000", "/dev/zero"]);
  const { error, stdout } = await openAll(client);
  expect((await stdout.text).length).toBe(5_000_000);
  expect(JSON.parse(await error.text)).toEqual({ metadata: {}, status: "Success" });
});

test("ends the outputs of a command that could not be started", async () => {
  const client = await dial(["/no/such/binary"]);
  const { error, stdout, stderr } = await openAll(client);
  expect([await stdout.text, await stderr.text]).toEqual(["", ""]);
  expect(JSON.parse(await error.text)).toMatchObject({ reason: "InternalError", code: 500 });
});

test("answers pings and does not mind settings and window updates", async () => {
  const client = await dial(["true"]);
  client.send(controlFrame(controlType.settings, words(0)));
  client.send(controlFrame(controlType.windowUpdate, words(1, 1000)));
  const answer = client.control(controlType.ping);
  client.send(controlFrame(controlType.ping, words(7)));
  expect((await answer).toString("hex")).toBe("00000007");
  client.destroy();
});

test("ends the input of a command when its client leaves before the streams are open", async () => {
  const client = await dial(["cat"]);
  await client.open({ streamtype: "error" });
  client.destroy();
  expect(await server.processes.at(-1)?.exited).toEqual({ code: 0 });
});

test("resets a stream that nobody asked for", async () => {
  const client = await dial(["true"]);
  const stream = await client.open({ streamtype: "lunch" });
  await expect(stream.text).rejects.toThrow("reset");
  client.destroy();
});

test("refuses stream protocols that it does not speak", async () => {
  await expect(dialSpdy(url(["true"]), "v2.channel.k8s.io", server.agent)).rejects.toThrow(
    "403 unable to upgrade: unable to negotiate protocol: client supports [v2.channel.k8s.io], server accepts [v4.channel.k8s.io]",
  );
});
