import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createAuthority } from "../api/identity/authority.ts";
import type { ApiAccess } from "./api-access.ts";
import { watchResource, type ResourceListener } from "./watch-resource.ts";

type Turn = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves one turn after the other over TLS, then leaves requests unanswered; says what was asked. */
async function apiServer(...turns: Turn[]): Promise<{ access: ApiAccess; asked: string[] }> {
  const authority = await createAuthority("test");
  const { certificate: cert, key } = await authority.issue({ subject: "kube-apiserver", addresses: ["127.0.0.1"] });
  const asked: string[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    asked.push(request.url ?? "");
    if (request.headers.authorization === "Bearer secret") turns.shift()?.(request, response);
    else response.writeHead(401).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { access: { host: "127.0.0.1", port, ca: authority.certificate, token: () => "secret" }, asked };
}

/** Follows /things until the listener has been told `count` things; returns them. */
async function follow(access: ApiAccess, count: number): Promise<string[]> {
  const told: string[] = [];
  const stop = new AbortController();
  const tell = (what: string): void => {
    told.push(what);
    if (told.length === count) stop.abort();
  };
  const names = (objects: { metadata: { name: string } }[]) => objects.map(({ metadata }) => metadata.name).join(",");
  const listener: ResourceListener = {
    replace: (objects) => tell(`replace ${names(objects)}`),
    put: (object) => tell(`put ${names([object])}`),
    remove: (object) => tell(`remove ${names([object])}`),
    failed: (why) => tell(`failed ${why}`),
  };
  await watchResource(access, "/things", listener, stop.signal);
  return told;
}

const thing = (name: string, resourceVersion: string) => ({ metadata: { name, resourceVersion } });
const list =
  (resourceVersion: string, ...items: unknown[]): Turn =>
  (_request, response) =>
    void response.end(JSON.stringify({ items, metadata: { resourceVersion } }));
const events =
  (...lines: [type: string, object: object][]): Turn =>
  (_request, response) =>
    void response.end(lines.map(([type, object]) => `${JSON.stringify({ type, object })}\n`).join(""));
const status =
  (code: number): Turn =>
  (_request, response) =>
    void response.writeHead(code).end();

const watchFrom = (version: string) =>
  `/things?watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=${version}`;

test("lists, watches on from there, and goes on where a watch ended", async () => {
  const { access, asked } = await apiServer(
    list("5", thing("a", "3"), thing("b", "5")),
    events(["ADDED", thing("c", "6")], ["MODIFIED", thing("a", "7")], ["BOOKMARK", thing("", "9")]),
    events(["DELETED", thing("b", "10")]),
  );
  expect(await follow(access, 4)).toEqual(["replace a,b", "put c", "put a", "remove b"]);
  expect(asked.slice(0, 3)).toEqual(["/things", watchFrom("5"), watchFrom("9")]);
});

test.for([
  ["an event", events(["ERROR", { code: 410, reason: "Expired" }])],
  ["a status", status(410)],
] as const)("lists anew when the history has gone, told by %s", async ([, gone]) => {
  const { access, asked } = await apiServer(
    list("5", thing("a", "3")),
    gone,
    list("90", thing("b", "80")),
    events(["ADDED", thing("c", "91")]),
  );
  expect(await follow(access, 3)).toEqual(["replace a", "replace b", "put c"]);
  expect(asked.slice(2, 4)).toEqual(["/things", watchFrom("90")]);
});

test("tells of a failure and tries again", async () => {
  const { access, asked } = await apiServer(status(500), list("1"), (request) => request.socket.destroy(), list("2"));
  const told = await follow(access, 4);
  expect(told).toEqual([
    "failed /things: HTTP 500",
    "replace ",
    expect.stringMatching(/^failed \/things: /),
    "replace ",
  ]);
  expect(asked.slice(0, 4)).toEqual(["/things", "/things", watchFrom("1"), "/things"]);
});

test("a line that arrives in pieces is one event", async () => {
  const text = `${JSON.stringify({ type: "ADDED", object: thing("ü", "2") })}\n`;
  const { access } = await apiServer(list("1"), (_request, response) => {
    const bytes = Buffer.from(text);
    const middle = bytes.indexOf(0xc3) + 1;
    response.write(bytes.subarray(0, middle), () => response.write(bytes.subarray(middle)));
  });
  expect(await follow(access, 2)).toEqual(["replace ", "put ü"]);
});

test("trusts nobody but the cluster's authority", async () => {
  const { access } = await apiServer(list("1"));
  const { certificate } = await createAuthority("another");
  const [told] = await follow({ ...access, ca: certificate }, 1);
  expect(told).toMatch(/^failed \/things: .*(certificate|signature)/i);
});
