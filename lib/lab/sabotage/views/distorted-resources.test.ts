import { EventEmitter, once } from "node:events";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startTestServer } from "../../api/test-server.ts";
import type { TestServer } from "../../api/test-server.ts";
import type { KubeObject } from "../../model.ts";
import { distortedResources } from "./distorted-resources.ts";
import type { DistortedResources } from "./distorted-resources.ts";
import { hiding, lingering } from "./looks.ts";
import { viewMap } from "./view-map.ts";
import type { View } from "./view.ts";

const namespace = "facts";
const isHidden = ({ metadata }: KubeObject): boolean => metadata.name === "a";
const table: View[] = [
  { name: "part.stale", sees: { services: lingering() } },
  { name: "part.blind", sees: { services: hiding(isHidden), configmaps: hiding(() => true) } },
  { name: "part.slow", manner: { delayMs: 3000 } },
  { name: "part.failing", manner: { denies: () => "SERVFAIL" } },
];

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
});

function create(name: string): void {
  const spec = { ports: [{ port: 80 }] };
  server.store.create("services", { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec });
}
function set(...names: string[]): void {
  const data = Object.fromEntries(names.map((name) => [name, ""]));
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: viewMap, data };
  if (server.store.get("configmaps", viewMap.name, viewMap.namespace) === undefined)
    server.store.create("configmaps", object);
  else server.store.update("configmaps", object);
}

/** A component on a node, as it is told of a resource; `default/kubernetes` is left out. */
function start(node: string | undefined, path: string) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const token = server.credentials.issueToken("kube-system", "part");
  server.store.create("serviceaccounts", {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "part", namespace: "kube-system" },
  });
  const access = {
    host: "127.0.0.1",
    port: Number(new URL(server.url).port),
    ca: server.credentials.caCertificate,
    token: () => token,
  };
  const options = { signal: stop.signal, log: () => {}, table };
  const resources = distortedResources(access, { component: "part", node }, options);
  return { resources, ...follow(resources, path) };
}

function follow(resources: DistortedResources, path: string) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const told = new EventEmitter();
  const lines: string[] = [];
  const tell = (line: string): void => {
    lines.push(line);
    told.emit("line");
  };
  const names = (objects: { metadata: { name: string } }[]) =>
    objects
      .map(({ metadata }) => metadata.name)
      .filter((name) => name !== "kubernetes")
      .join();
  void resources.watch(
    path,
    {
      replace: (objects) => tell(`replace ${names(objects)}`),
      put: (object) => tell(`put ${names([object])}`),
      remove: (object) => tell(`remove ${names([object])}`),
      failed: () => {},
    },
    stop.signal,
  );
  /** The next thing that it is told. */
  const next = async (): Promise<string> => {
    while (lines.length === 0) await once(told, "line");
    return lines.shift() ?? "";
  };
  return { next };
}

describe("a component in a pod", () => {
  test("is told the difference when a view comes, and again when it goes", async () => {
    create("a");
    const { next } = start(undefined, "/api/v1/services");
    expect(await next()).toBe("replace a");
    set("part.blind");
    expect(await next()).toBe("remove a");
    create("b");
    expect(await next()).toBe("put b");
    set();
    expect(await next()).toBe("put a");
    set("part.stale.on.elsewhere");
    server.store.delete("services", "a", namespace);
    expect(await next()).toBe("remove a");
  });

  test("does not hear of what is withheld, until the view goes", async () => {
    for (const name of ["a", "b"]) create(name);
    const { next } = start("here", "/api/v1/services");
    expect(await next()).toBe("replace a,b");
    set("part.stale.on.here", "part.blind");
    expect(await next()).toBe("remove a");
    server.store.delete("services", "b", namespace);
    create("c");
    expect(await next()).toBe("put c");
    server.store.delete("configmaps", viewMap.name, viewMap.namespace);
    expect([await next(), await next()].toSorted()).toEqual(["put a", "remove b"]);
  });

  test("knows a whole resource also when the view was there first", async () => {
    create("a");
    const { resources, next } = start("here", "/api/v1/services");
    expect(await next()).toBe("replace a");
    set("part.blind");
    expect(await next()).toBe("remove a");
    const others = follow(resources, "/api/v1/configmaps");
    expect(await others.next()).toBe("replace ");
  });

  test("answers in the manner that is set", async () => {
    create("a");
    const { resources, next } = start("here", "/api/v1/services");
    expect(await next()).toBe("replace a");
    expect(resources.manner()).toEqual({});
    set("part.slow", "part.failing.on.here", "part.blind");
    expect(await next()).toBe("remove a");
    expect(resources.manner()).toEqual({ delayMs: 3000, denies: expect.any(Function) });
  });
});
