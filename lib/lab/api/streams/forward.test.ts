import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startFakePodServer } from "./fake-pod-server.ts";
import type { FakePodServer } from "./fake-pod-server.ts";
import { dialSpdy, spdyClient } from "./spdy-client.ts";
import type { SpdyClient } from "./spdy-client.ts";
import { dialTunnel } from "./tunnel-client.ts";

let server: FakePodServer;
let echo: Server;
let port: number;
let connections: Socket[] = [];
let freePort: number;

beforeAll(async () => {
  server = await startFakePodServer();
  // Says everything it heard once its client has said all.
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    connections.push(socket);
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  port = await listen(echo);
  const closed = createServer();
  freePort = await listen(closed);
  closed.close();
});
afterAll(async () => {
  await server.close();
  for (const socket of connections) socket.destroy();
  echo.close();
});

async function listen(tcp: Server): Promise<number> {
  tcp.listen(0, "127.0.0.1");
  await once(tcp, "listening");
  return (tcp.address() as AddressInfo).port;
}

function url(query = ""): string {
  return `https://127.0.0.1:${server.port}/api/v1/namespaces/default/pods/echo/portforward${query}`;
}

async function collect(ports: string, talk: (websocket: WebSocket) => void) {
  const websocket = new WebSocket(url(ports).replace("http", "ws"), "v4.channel.k8s.io", { agent: server.agent });
  const said = new Map<number, Buffer>();
  websocket.on("message", (data: Buffer) => {
    const [channel = 0] = data;
    said.set(channel, Buffer.concat([said.get(channel) ?? Buffer.alloc(0), data.subarray(1)]));
    talk(websocket);
  });
  const [code] = await once(websocket, "close");
  return { code: code as number, said };
}

function littleEndian(value: number): Buffer {
  return Buffer.of(value & 0xff, value >> 8);
}

async function connection(client: SpdyClient, requestid: string, to: number) {
  const errors = await client.open({ streamtype: "error", port: String(to), requestid });
  errors.end();
  const data = await client.open({ streamtype: "data", port: String(to), requestid });
  return { errors, data };
}

describe("over v4.channel.k8s.io", () => {
  test("each port has two channels, which begin with the port", async () => {
    const { code, said } = await collect(`?ports=${freePort}&ports=${freePort}`, () => {});
    expect(code).toBe(1000);
    expect([...said.keys()].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
    expect([said.get(0), said.get(2)]).toEqual([littleEndian(freePort), littleEndian(freePort)]);
    for (const channel of [1, 3]) {
      expect(said.get(channel)?.subarray(0, 2)).toEqual(littleEndian(freePort));
      expect(said.get(channel)?.toString("utf8", 2)).toMatch(
        `error forwarding port ${freePort} to pod echo_default: failed to connect to localhost:${freePort} inside the pod: connect ECONNREFUSED`,
      );
    }
  });

  test("data goes both ways until the pod's side ends", async () => {
    const greeter = createServer((socket) => {
      socket.once("data", (data) => socket.end(`you said ${data.toString()}`));
    });
    const greeterPort = await listen(greeter);
    const { code, said } = await collect(`?ports=${greeterPort}`, (websocket) => {
      websocket.send(Buffer.from("\0hello"));
    });
    greeter.close();
    expect(code).toBe(1000);
    expect(said.get(0)?.toString("utf8", 2)).toMatch(/^you said hello/);
    expect(said.get(1)).toEqual(littleEndian(greeterPort));
  });

  test("a port out of range is a bad request", async () => {
    const websocket = new WebSocket(url("?ports=99999").replace("http", "ws"), "v4.channel.k8s.io", {
      agent: server.agent,
    });
    const [error] = (await once(websocket, "unexpected-response").then(([, response]) => [response.statusCode])) as [
      number,
    ];
    expect(error).toBe(400);
  });
});

const ways: [string, () => Promise<SpdyClient>][] = [
  ["over SPDY/3.1", () => dialSpdy(url(), "portforward.k8s.io", server.agent)],
  [
    "over SPDY in a WebSocket",
    async () => spdyClient(await dialTunnel(url(), "SPDY/3.1+portforward.k8s.io", server.agent)),
  ],
];

describe.for(ways)("%s", ([, dial]) => {
  test("each pair of streams is a connection of its own", async () => {
    const client = await dial();
    const [one, two] = [await connection(client, "0", port), await connection(client, "1", port)];
    two.data.write("second");
    two.data.end();
    one.data.write("first");
    one.data.end();
    expect(await Promise.all([one.data.text, one.errors.text])).toEqual(["first", ""]);
    expect(await Promise.all([two.data.text, two.errors.text])).toEqual(["second", ""]);
    client.destroy();
  });

  test("a port that nobody listens on is told on the error stream, and the next connection works", async () => {
    const client = await dial();
    const broken = await connection(client, "0", freePort);
    expect(await broken.errors.text).toContain(`failed to connect to localhost:${freePort} inside the pod`);
    expect(await broken.data.text).toBe("");
    const sound = await connection(client, "1", port);
    sound.data.write("still here");
    sound.data.end();
    expect(await sound.data.text).toBe("still here");
    client.destroy();
  });

  test("a stream that the client resets drops the pod's connection", async () => {
    connections = [];
    const client = await dial();
    const accepted = once(echo, "connection");
    const { data } = await connection(client, "0", port);
    await accepted;
    const dropped = once(connections[0] as Socket, "close");
    data.reset();
    await expect(dropped).resolves.toBeDefined();
    client.destroy();
  });

  test("a client that leaves drops all its connections", async () => {
    connections = [];
    const client = await dial();
    const accepted = once(echo, "connection");
    await connection(client, "0", port);
    await accepted;
    const dropped = once(connections[0] as Socket, "close");
    client.destroy();
    await expect(dropped).resolves.toBeDefined();
  });
});
