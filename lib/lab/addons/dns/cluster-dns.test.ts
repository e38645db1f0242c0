import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createAuthority } from "../../api/identity/authority.ts";
import type { ApiAccess } from "../api-access.ts";
import { startClusterDns, type ClusterDns } from "./cluster-dns.ts";

const namespace = { metadata: { name: "ns" } };
const service = {
  metadata: { namespace: "ns", name: "web" },
  spec: { clusterIP: "10.1.0.20", ports: [{ name: "http", port: 80 }] },
};

/** An API server with one Service; it answers nothing before `hold` resolves. `watching` is the first watch of Services. */
async function apiServer(hold: Promise<void>): Promise<{ access: ApiAccess; watching: Promise<ServerResponse> }> {
  const authority = await createAuthority("test");
  const { certificate: cert, key } = await authority.issue({ subject: "kube-apiserver", addresses: ["127.0.0.1"] });
  const items: Record<string, unknown[]> = { "/api/v1/namespaces": [namespace], "/api/v1/services": [service] };
  const watching = Promise.withResolvers<ServerResponse>();
  const server = createServer(
    { cert, key },
    (request, response) => void hold.then(() => answer(request.url ?? "", response)),
  );
  const answer = (url: string, response: ServerResponse) => {
    const [path = "", query] = url.split("?");
    if (query === undefined)
      response.end(JSON.stringify({ items: items[path] ?? [], metadata: { resourceVersion: "1" } }));
    else if (path === "/api/v1/services") watching.resolve(response);
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    access: { host: "127.0.0.1", port, ca: authority.certificate, token: () => "" },
    watching: watching.promise,
  };
}

async function start(access: ApiAccess): Promise<{ dns: ClusterDns; resolver: Resolver }> {
  const ports = { dns: 0, health: 0, ready: 0 };
  const dns = await startClusterDns({ access, domain: "cluster.local", address: "127.0.0.1", ports, log: () => {} });
  onTestFinished(dns.close);
  const resolver = new Resolver({ tries: 1 });
  resolver.setServers([`127.0.0.1:${dns.ports.dns}`]);
  return { dns, resolver };
}

/** Looks until it sees what is wanted; the test's own time limit is the only one. */
async function until(look: () => Promise<unknown>, wanted: string): Promise<void> {
  while ((await look()) !== wanted);
}

async function get(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`);
  return `${response.status} ${await response.text()}`;
}

test("is ready, and answers, only when it knows the whole cluster", async () => {
  const hold = Promise.withResolvers<void>();
  const { access, watching } = await apiServer(hold.promise);
  const { dns, resolver } = await start(access);
  expect(await get(dns.ports.health)).toBe("200 OK");
  expect(await get(dns.ports.ready)).toBe("503 waiting for namespaces, services, endpointslices");
  await expect(resolver.resolve4("web.ns.svc.cluster.local")).rejects.toMatchObject({ code: "ESERVFAIL" });

  hold.resolve();
  await watching;
  await until(() => get(dns.ports.ready), "200 OK");
  expect(await resolver.resolve4("web.ns.svc.cluster.local")).toEqual(["10.1.0.20"]);
  expect(await resolver.resolveSrv("_http._tcp.web.ns.svc.cluster.local")).toMatchObject([
    { name: "web.ns.svc.cluster.local", port: 80, priority: 0, weight: 100 },
  ]);
  expect(await resolver.reverse("10.1.0.20")).toEqual(["web.ns.svc.cluster.local"]);
  await expect(resolver.resolve6("web.ns.svc.cluster.local")).rejects.toMatchObject({ code: "ENODATA" });
  await expect(resolver.resolve4("none.ns.svc.cluster.local")).rejects.toMatchObject({ code: "ENOTFOUND" });
});

test("follows changes", async () => {
  const { access, watching } = await apiServer(Promise.resolve());
  const { dns, resolver } = await start(access);
  await until(() => get(dns.ports.ready), "200 OK");
  const watch = await watching;
  watch.write(
    `${JSON.stringify({ type: "DELETED", object: { ...service, metadata: { ...service.metadata, resourceVersion: "2" } } })}\n`,
  );
  const lookup = () => resolver.resolve4("web.ns.svc.cluster.local").catch((error: { code: string }) => error.code);
  await until(lookup, "ENOTFOUND");
  expect(await get(dns.ports.ready)).toBe("200 OK");
});
