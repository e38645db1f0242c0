import { once } from "node:events";
import { Agent, request, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { ask, closedPort, startBackend, testGateway } from "./test-gateway.ts";
import { testIngress } from "./test-ingress.ts";

const toWeb = [testIngress("i", { rules: [["foo.com", { "Prefix /": "web", "Prefix /none": "none" }]] })];

/** Answers with what it was asked. */
function mirror(asked: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Content-Type", "application/json");
  void asked.toArray().then((chunks: Buffer[]) => {
    const { method, url, rawHeaders } = asked;
    response.end(JSON.stringify({ method, url, rawHeaders, body: Buffer.concat(chunks).toString() }));
  });
}

const pairs = (rawHeaders: string[]) =>
  rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1]]] : []));

const firstChunk = async (stream: IncomingMessage): Promise<string> => String((await once(stream, "data"))[0]);

/** Opens a request to the gateway and leaves it open. */
function open(port: number, path: string, headers: Record<string, string> = {}, method = "GET") {
  const options = { host: "127.0.0.1", port, path, method, headers: { host: "foo.com", ...headers }, agent: false };
  return request(options);
}

const page = (title: string) =>
  [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "<hr><center>nginx</center>",
    "</body>",
    "</html>",
    "",
  ].join("\r\n");

describe("headers", () => {
  test("the backend hears who asks, by which way, and not what the client says about that", async () => {
    const web = await startBackend(mirror);
    const { ports } = await testGateway(toWeb, { web: [web] });
    const claims = {
      "X-Forwarded-For": "1.2.3.4",
      "x-forwarded-host": "evil.com",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Port": "1",
      "X-Real-IP": "1.2.3.4",
      "X-Scheme": "https",
      Proxy: "evil.com",
      TE: "trailers",
      under_score: "1",
    };
    const { text } = await ask(ports.http, "/a%20b?c=%2F", { headers: { ...claims, "X-Own": "Kept" } });
    const { url, rawHeaders } = JSON.parse(text) as { url: string; rawHeaders: string[] };
    expect(url).toBe("/a%20b?c=%2F");
    expect(pairs(rawHeaders)).toEqual([
      ["Host", "foo.com"],
      ["X-Request-ID", expect.stringMatching(/^[0-9a-f]{32}$/)],
      ["X-Real-IP", "127.0.0.1"],
      ["X-Forwarded-For", "127.0.0.1"],
      ["X-Forwarded-Host", "foo.com"],
      ["X-Forwarded-Port", "80"],
      ["X-Forwarded-Proto", "http"],
      ["X-Forwarded-Scheme", "http"],
      ["X-Scheme", "http"],
      ["X-Original-Forwarded-For", "1.2.3.4"],
      ["Connection", "keep-alive"],
      ["X-Own", "Kept"],
    ]);
  });

  test("the host keeps its port, and a request the name that it brings", async () => {
    const web = await startBackend(mirror);
    const { ports } = await testGateway(toWeb, { web: [web] });
    const { text } = await ask(ports.http, "/", { host: "foo.com:8080", headers: { "X-Request-ID": "mine" } });
    const { rawHeaders } = JSON.parse(text) as { rawHeaders: string[] };
    expect(pairs(rawHeaders)).toContainEqual(["Host", "foo.com:8080"]);
    expect(pairs(rawHeaders)).toContainEqual(["X-Request-ID", "mine"]);
  });

  test("the answer keeps its status and headers, each cookie too, but not the server's name", async () => {
    const web = await startBackend((_asked, response) => {
      const headers = ["Server", "secret", "Set-Cookie", "a=1", "Set-Cookie", "b=2", "X-Accel-Buffering", "no"];
      response.writeHead(418, "Teapot", headers).end("short");
    });
    const { ports } = await testGateway(toWeb, { web: [web] });
    const { status, headers, text } = await ask(ports.http, "/");
    expect({ status, text }).toEqual({ status: 418, text: "short" });
    expect(headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(headers).not.toHaveProperty("server");
    expect(headers).not.toHaveProperty("x-accel-buffering");
  });
});

describe("bodies", () => {
  test.for([
    ["POST", "text", { "Content-Length": "4" }, ["Content-Length", "4"]],
    ["POST", "text", { "Transfer-Encoding": "chunked" }, ["Transfer-Encoding", "chunked"]],
    ["POST", "", { "Content-Length": "0" }, ["Content-Length", "0"]],
    ["GET", "text", { "Content-Length": "4" }, ["Content-Length", "4"]],
  ] as const)("%s of %j with %j arrives as it is", async ([method, body, headers, framing]) => {
    const web = await startBackend(mirror);
    const { ports } = await testGateway(toWeb, { web: [web] });
    const { text } = await ask(ports.http, "/", { method, body, headers });
    const seen = JSON.parse(text) as { method: string; body: string; rawHeaders: string[] };
    expect(seen).toMatchObject({ method, body });
    expect(pairs(seen.rawHeaders)).toContainEqual(framing);
  });

  test("a POST that says nothing of a body has none", async () => {
    const web = await startBackend(mirror);
    const { ports } = await testGateway(toWeb, { web: [web] });
    const socket = connect(ports.http, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: foo.com\r\nConnection: close\r\n\r\n");
    const text = (await socket.toArray()).join("");
    expect(text).toContain('"body":""');
    expect(text).toContain('"Content-Length","0"');
  });

  test("an answer reaches the client as it is written", async () => {
    let answering: ServerResponse | undefined;
    const web = await startBackend((_asked, response) => {
      answering = response;
      response.flushHeaders();
    });
    const { ports } = await testGateway(toWeb, { web: [web] });
    const [response] = (await once(open(ports.http, "/").end(), "response")) as [IncomingMessage];
    for (const word of ["one", "two"]) {
      answering!.write(word);
      expect(await firstChunk(response)).toBe(word);
    }
    answering!.end();
    await once(response, "end");
  });

  test("a body reaches the backend as it is written, before it is complete", async () => {
    const web = await startBackend((asked, response) => {
      response.flushHeaders();
      asked.pipe(response);
    });
    const { ports } = await testGateway(toWeb, { web: [web] });
    const asking = open(ports.http, "/", {}, "POST");
    asking.flushHeaders();
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    for (const word of ["one", "two"]) {
      asking.write(word);
      expect(await firstChunk(response)).toBe(word);
    }
    asking.end();
    await once(response, "end");
  });

  test("a body of some megabytes comes back whole", async () => {
    const web = await startBackend((asked, response) => void asked.pipe(response));
    const { ports } = await testGateway(toWeb, { web: [web] });
    const body = "0123456789abcdef".repeat(250_000);
    const { text } = await ask(ports.http, "/", { method: "PUT", body });
    expect(text === body).toBe(true);
  });

  test("an answer before the end of the body leaves the connection usable", async () => {
    const web = await startBackend((asked, response) => {
      response.writeHead(asked.method === "POST" ? 413 : 200).end("short");
      asked.resume();
    });
    const { ports } = await testGateway(toWeb, { web: [web] });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = "x".repeat(4_000_000);
    expect(await ask(ports.http, "/", { method: "POST", body, agent })).toMatchObject({ status: 413 });
    expect(await ask(ports.http, "/", { agent })).toMatchObject({ status: 200, text: "short" });
    agent.destroy();
  });
});

describe("what goes wrong", () => {
  test.for([
    ["bar.com", "/", "404 Not Found"],
    ["foo.com", "/none", "503 Service Temporarily Unavailable"],
    ["foo.com", "/", "502 Bad Gateway"],
    ["foo.com", "/../x", "400 Bad Request"],
  ] as const)("%s%s is answered with the page %s", async ([host, path, title]) => {
    const gateway = await testGateway(toWeb, { web: [await closedPort()] });
    const answer = await ask(gateway.ports.http, path, { host });
    expect(answer).toMatchObject({ status: Number.parseInt(title), text: page(title) });
    expect(answer.headers["content-type"]).toBe("text/html");
  });

  test("an endpoint that refuses is passed over, with the body still to come", async () => {
    const web = await startBackend(mirror);
    const { ports } = await testGateway(toWeb, { web: [await closedPort(), await closedPort(), web] });
    const { text } = await ask(ports.http, "/", { method: "POST", body: "text" });
    expect(JSON.parse(text)).toMatchObject({ body: "text" });
  });

  test("a fourth endpoint is not tried", async () => {
    const closed = await closedPort();
    const web = await startBackend();
    const { ports } = await testGateway(toWeb, { web: [closed, closed, closed, web] });
    expect(await ask(ports.http, "/")).toMatchObject({ status: 502 });
    expect(web.connections()).toBe(0);
  });

  test("a backend that hangs up without an answer is a bad gateway", async () => {
    const web = await startBackend((asked) => asked.socket.destroy());
    const { ports } = await testGateway(toWeb, { web: [web] });
    expect(await ask(ports.http, "/")).toMatchObject({ status: 502 });
  });

  test("a backend that says nothing for too long is a gateway time-out", async () => {
    const web = await startBackend(() => {});
    const { ports } = await testGateway(toWeb, { web: [web] }, 50);
    expect(await ask(ports.http, "/")).toMatchObject({ status: 504, text: page("504 Gateway Time-out") });
  });

  test("a backend that breaks off is seen to break off", async () => {
    const web = await startBackend((_asked, response) => {
      response.write("half", () => response.destroy());
    });
    const { ports } = await testGateway(toWeb, { web: [web] });
    await expect(ask(ports.http, "/")).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test("a client that goes away takes its request to the backend along", async () => {
    const left = Promise.withResolvers<void>();
    const web = await startBackend((asked, response) => {
      response.write("begun");
      asked.socket.on("close", () => left.resolve());
    });
    const { ports } = await testGateway(toWeb, { web: [web] });
    const asking = open(ports.http, "/").end();
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    await firstChunk(response);
    response.on("error", () => {});
    asking.destroy();
    await expect(left.promise).resolves.toBeUndefined();
  });
});

test("several requests come over one connection of a client", async () => {
  const web = await startBackend(mirror);
  const gateway = await testGateway(toWeb, { web: [web] });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const asking = request({ port: gateway.ports.http, host: "127.0.0.1", agent, headers: { host: "foo.com" } }).end();
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  await response.toArray();
  const again = request({ port: gateway.ports.http, host: "127.0.0.1", agent, headers: { host: "bar.com" } }).end();
  const [second] = (await once(again, "response")) as [IncomingMessage];
  expect([response.statusCode, second.statusCode, again.reusedSocket]).toEqual([200, 404, true]);
  second.resume();
  agent.destroy();
});

test("each request is logged with who was asked", async () => {
  const web = await startBackend();
  const gateway = await testGateway(toWeb, { web: [web] });
  await ask(gateway.ports.http, "/a?b");
  await ask(gateway.ports.http, "/", { host: "bar.com" });
  await gateway.close(0);
  const at = String.raw`\[\d{4}-\S+Z\]`;
  expect(gateway.lines).toEqual([
    expect.stringMatching(
      new RegExp(
        String.raw`^127\.0\.0\.1 ${at} http foo\.com "GET /a\?b HTTP/1\.1" 200 \d\.\d{3} \[shop-web-80\] 127\.0\.0\.1:${web.port}$`,
      ),
    ),
    expect.stringMatching(
      new RegExp(String.raw`^127\.0\.0\.1 ${at} http bar\.com "GET / HTTP/1\.1" 404 \d\.\d{3} \[\] -$`),
    ),
  ]);
});

/** A backend that takes the connection over, greets, and echoes; `close` waits for the end of such a connection. */
async function echoing() {
  const closed = Promise.withResolvers<void>();
  const web = await startBackend((_asked, response) => void response.writeHead(426).end("upgrade"));
  web.server.on("upgrade", (asked: IncomingMessage, socket: Socket, head: Buffer) => {
    const seen = [asked.headers.connection, asked.headers.upgrade, asked.headers["x-forwarded-for"]].join(" ");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Seen: ${seen}\r\n\r\nhello `,
    );
    socket.write(head);
    socket.on("close", () => closed.resolve());
    socket.pipe(socket);
  });
  return { web, closed: closed.promise };
}

/** Reads until the text is there. */
async function readUntil(socket: Socket, head: Buffer, end: string): Promise<string> {
  let text = head.toString();
  while (!text.endsWith(end)) text += String((await once(socket, "data"))[0]);
  return text;
}

describe("WebSockets", () => {
  const handshake = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Key": "x" };

  async function openSocket(port: number): Promise<{ socket: Socket; response: IncomingMessage; head: Buffer }> {
    const asking = open(port, "/ws", handshake).end();
    const [response, socket, head] = (await once(asking, "upgrade")) as [IncomingMessage, Socket, Buffer];
    return { socket, response, head };
  }

  test("pass both ways, and end together", async () => {
    const { web, closed } = await echoing();
    const gateway = await testGateway(toWeb, { web: [web] });
    const { socket, response, head } = await openSocket(gateway.ports.http);
    expect(response.headers["x-seen"]).toBe("upgrade websocket 127.0.0.1");
    socket.write("one");
    expect(await readUntil(socket, head, "one")).toBe("hello one");
    socket.write("two");
    expect(await readUntil(socket, Buffer.of(), "two")).toBe("two");
    socket.destroy();
    await closed;
  });

  test("what a client sends along with its request is not lost", async () => {
    const { web } = await echoing();
    const gateway = await testGateway(toWeb, { web: [web] });
    const socket = connect(gateway.ports.http, "127.0.0.1");
    const lines = Object.entries({ Host: "foo.com", ...handshake }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET / HTTP/1.1\r\n${lines.join("")}\r\nearly`);
    expect(await readUntil(socket, Buffer.of(), "early")).toMatch(/^HTTP\/1\.1 101 [^]*\r\n\r\nhello early$/);
    socket.destroy();
  });

  test("a refusal passes as the answer that it is, and the controller's own pages too", async () => {
    const web = await startBackend((_asked, response) => void response.writeHead(403).end("no"));
    const { ports } = await testGateway(toWeb, { web: [web] });
    expect(await ask(ports.http, "/", { headers: handshake })).toMatchObject({ status: 403, text: "no" });
    expect(await ask(ports.http, "/none", { headers: handshake })).toMatchObject({ status: 503 });
    expect(await ask(ports.http, "/", { headers: handshake, host: "bar.com" })).toMatchObject({ status: 404 });
  });

  test("another protocol that is offered beside a request does not keep it from its answer", async () => {
    const web = await startBackend(mirror);
    const { ports } = await testGateway(toWeb, { web: [web] });
    const headers = { Connection: "Upgrade, HTTP2-Settings", Upgrade: "h2c", "HTTP2-Settings": "AAMAAABkAAQ" };
    const { status, text } = await ask(ports.http, "/", { headers });
    expect(status).toBe(200);
    expect((JSON.parse(text) as { rawHeaders: string[] }).rawHeaders).not.toContain("Upgrade");
  });

  test("are broken off when the time that they are given at the end is over", async () => {
    const { web, closed } = await echoing();
    const gateway = await testGateway(toWeb, { web: [web] });
    const { socket } = await openSocket(gateway.ports.http);
    socket.on("error", () => {});
    await Promise.all([gateway.close(10), once(socket, "close"), closed]);
    expect(gateway.lines).toEqual([expect.stringContaining('"GET /ws HTTP/1.1" 101 ')]);
  });
});

describe("the end", () => {
  test("a request under way is answered, says that it was the last, and nobody comes in any more", async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    const web = await startBackend((_asked, response) => asked.resolve(response));
    const gateway = await testGateway(toWeb, { web: [web] });
    const agent = new Agent({ keepAlive: true });
    const answer = ask(gateway.ports.http, "/", { agent });
    const response = await asked.promise;
    const closed = gateway.close(60_000);
    await expect(ask(gateway.ports.http, "/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    response.end("done");
    expect(await answer).toMatchObject({ status: 200, text: "done" });
    await closed;
    agent.destroy();
  });

  test("connections that only wait are ended at once", async () => {
    const web = await startBackend();
    const gateway = await testGateway(toWeb, { web: [web] });
    const agent = new Agent({ keepAlive: true });
    await ask(gateway.ports.http, "/", { agent });
    await expect(gateway.close(60_000)).resolves.toBeUndefined();
    agent.destroy();
  });
});
