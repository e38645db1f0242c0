import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startTestServer, type TestServer } from "../../api/test-server.ts";
import { bootstrap, ingressManifests } from "../../controllers/bootstrap.ts";
import type { KubeObject, LabCluster } from "../../model.ts";
import { startIngressController, type IngressController } from "./controller.ts";
import { ask, startBackend } from "./test-gateway.ts";

const ingresses = "ingresses.networking.k8s.io";
const service = "ingress-nginx-controller";
const namespace = "ingress-nginx";
const pod = { namespace, name: "controller-1" };

const now = Promise.resolve();

let server: TestServer;

// The controller's rights are those of the manifests, and the API server is the lab's own.
beforeEach(async () => {
  server = await startTestServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  bootstrap(server.store, {} as LabCluster, ingressManifests);
});

async function start(lines: string[] = []): Promise<IngressController> {
  const token = server.credentials.issueToken(namespace, "ingress-nginx");
  const controller = await startIngressController({
    access: {
      host: "127.0.0.1",
      port: Number(new URL(server.url).port),
      ca: server.credentials.caCertificate,
      token: () => token,
    },
    address: "127.0.0.1",
    ports: { http: 0, https: 0, health: 0 },
    publishService: `${namespace}/${service}`,
    pod,
    log: (line) => void lines.push(line),
  });
  onTestFinished(() => controller.stop(now, 0));
  return controller;
}

function createPod(name: string, labels: Record<string, string>): void {
  const containers = [{ name: "c", image: "i:1" }];
  const spec = { serviceAccountName: "ingress-nginx", containers };
  server.store.create("pods", { apiVersion: "v1", kind: "Pod", metadata: { name, namespace, labels }, spec });
}

function createIngress(name: string, spec: object): KubeObject {
  const metadata = { name, namespace: "facts" };
  return server.store.create(ingresses, { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec });
}

/** A Service with one endpoint on loopback. */
function createService(name: string, port: number, ready = true): void {
  const labels = { "kubernetes.io/service-name": name };
  const metadata = { name, namespace: "facts" };
  const ports = [{ name: "http", port: 80, targetPort: port }];
  server.store.create("services", { apiVersion: "v1", kind: "Service", metadata, spec: { ports } });
  server.store.create("endpointslices.discovery.k8s.io", {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...metadata, labels },
    addressType: "IPv4",
    endpoints: [{ addresses: ["127.0.0.1"], conditions: { ready } }],
    ports: [{ name: "http", port, protocol: "TCP" }],
  });
}

function balance(...addresses: string[]): void {
  const status = { loadBalancer: { ingress: addresses.map((ip) => ({ ip, ipMode: "VIP" })) } };
  server.store.modify("services", service, namespace, (copy) => ({ ...copy, status }), "status");
}

/** Looks until it sees what is wanted; the test's own time limit is the only one. */
async function until<Seen>(look: () => Seen | Promise<Seen>, isWanted: (seen: Seen) => boolean): Promise<Seen> {
  for (;;) {
    const seen = await look();
    if (isWanted(seen)) return seen;
    await pause(5);
  }
}

const addressesOf = (name: string) => server.store.get(ingresses, name, "facts")!["status"].loadBalancer;
const eventsOf = (name: string) =>
  server.store
    .list("events", { namespace: "facts" })
    .filter((event) => event["involvedObject"].name === name)
    .map((event) => `${event["type"]} ${event["reason"]} ${event["message"]}`);
const toWeb = (more: object = {}) => ({
  rules: [
    {
      host: "foo.com",
      http: {
        paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { name: "http" } } } }],
      },
    },
  ],
  ...more,
});

test("serves what is there when it starts, and follows changes", async () => {
  const web = await startBackend();
  createService("web", web.port);
  createIngress("i", toWeb());
  const { ports } = await start();
  const status = async () => (await ask(ports.http, "/")).status;
  expect(await status()).toBe(200);
  server.store.modify("endpointslices.discovery.k8s.io", "web", "facts", (copy) => ({ ...copy, endpoints: [] }));
  expect(await until(status, (seen) => seen !== 200)).toBe(503);
  server.store.delete(ingresses, "i", "facts");
  expect(await until(status, (seen) => seen !== 503)).toBe(404);
  createIngress("again", { defaultBackend: { service: { name: "web", port: { number: 80 } } } });
  expect(await until(status, (seen) => seen !== 404)).toBe(503);
  server.store.delete("ingressclasses.networking.k8s.io", "nginx");
  expect(await until(status, (seen) => seen !== 503)).toBe(404);
});

test("shows in each of its Ingresses where the load balancer is, and nothing while it has no address", async () => {
  createIngress("own", toWeb());
  createIngress("foreign", toWeb({ ingressClassName: "another" }));
  await start();
  balance("172.19.255.2", "172.19.255.1");
  const both = [{ ip: "172.19.255.1" }, { ip: "172.19.255.2" }];
  expect(
    await until(
      () => addressesOf("own"),
      ({ ingress }) => ingress !== undefined,
    ),
  ).toEqual({ ingress: both });
  createIngress("later", toWeb());
  expect(
    await until(
      () => addressesOf("later"),
      ({ ingress }) => ingress !== undefined,
    ),
  ).toEqual({ ingress: both });
  expect(addressesOf("foreign")).toEqual({});
  balance();
  for (const name of ["own", "later"])
    expect(
      await until(
        () => addressesOf(name),
        ({ ingress }) => ingress === undefined,
      ),
    ).toEqual({});
  expect(server.store.get(ingresses, "own", "facts")!.metadata.generation).toBe(1);
});

test("writes an event for each version of an Ingress, and one for a Secret that is of no use", async () => {
  createIngress("i", toWeb({ tls: [{ hosts: ["foo.com"], secretName: "none" }] }));
  const bad = 'Warning BadCertificate secret "facts/none" was not found; the default certificate is served';
  await start();
  const both = await until(
    () => eventsOf("i"),
    ({ length }) => length === 2,
  );
  expect(both.toSorted()).toEqual(["Normal Sync Scheduled for sync", bad]);
  server.store.modify(ingresses, "i", "facts", (copy) => ({
    ...copy,
    spec: toWeb({ tls: copy.spec.tls, ingressClassName: "nginx" }),
  }));
  balance("172.19.255.1");
  const synced = () => server.store.list("events").find((event) => event["reason"] === "Sync")!["count"] as number;
  expect(await until(synced, (count) => count === 2)).toBe(2);
  expect(eventsOf("i")).toHaveLength(2);
});

describe("at its end", () => {
  const labels = { "app.kubernetes.io/name": "ingress-nginx", "pod-template-hash": "1" };

  /** Starts a controller whose Ingress shows an address. */
  async function startPublished(): Promise<IngressController> {
    createPod(pod.name, labels);
    createIngress("i", toWeb());
    balance("172.19.255.1");
    const controller = await start();
    await until(
      () => addressesOf("i"),
      ({ ingress }) => ingress !== undefined,
    );
    return controller;
  }

  test("the last controller takes its addresses back", async () => {
    const controller = await startPublished();
    await controller.stop(now, 0);
    expect(addressesOf("i")).toEqual({});
  });

  test("one of several leaves them, whatever revision the others are of", async () => {
    const controller = await startPublished();
    createPod("controller-2", { ...labels, "pod-template-hash": "2" });
    await controller.stop(now, 0);
    expect(addressesOf("i")).toEqual({ ingress: [{ ip: "172.19.255.1" }] });
  });

  test("it says that it is not healthy, and serves on while nobody knows yet", async () => {
    const { ports, stop } = await start();
    const health = async () => {
      const { status, text } = await ask(ports.health, "/healthz");
      return `${status} ${text}`;
    };
    expect(await health()).toBe("200 ok");
    expect((await ask(ports.health, "/")).status).toBe(404);
    const lameDuck = Promise.withResolvers<void>();
    const stopped = stop(lameDuck.promise, 0);
    expect(await health()).toBe("500 the ingress controller is shutting down");
    expect((await ask(ports.http, "/")).status).toBe(404);
    lameDuck.resolve();
    await stopped;
    await expect(ask(ports.http, "/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});

test("its rights suffice, and it has nothing to complain about", async () => {
  const lines: string[] = [];
  createPod(pod.name, {});
  createIngress("i", toWeb());
  balance("172.19.255.1");
  const controller = await start(lines);
  await until(
    () => addressesOf("i"),
    ({ ingress }) => ingress !== undefined,
  );
  await until(
    () => eventsOf("i"),
    ({ length }) => length > 0,
  );
  await controller.stop(now, 0);
  expect(lines).toEqual([]);
});
