import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const pods = "/api/v1/namespaces/facts/pods";
const configMaps = "/api/v1/namespaces/facts/configmaps";
const pod = (name: string, spec = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: { containers: [{ name: "c", image: "agnhost:2.53" }], ...spec },
});

describe("writing", () => {
  test("POST, PUT and PATCH answer with what is stored", async () => {
    const created = await server.ask("POST", configMaps, { body: { metadata: { name: "w" }, data: { a: "1" } } });
    expect(created.status).toBe(201);
    const put = await server.ask("PUT", `${configMaps}/w`, { body: { ...created.body, data: { a: "2" } } });
    expect(put.body.data).toEqual({ a: "2" });
    const stale = await server.ask("PUT", `${configMaps}/w`, { body: { ...created.body, data: { a: "3" } } });
    expect(stale.body).toMatchObject({ code: 409, reason: "Conflict", details: { name: "w", kind: "configmaps" } });
    const headers = { "content-type": "application/json-patch+json" };
    const body = [{ op: "add", path: "/data/b", value: "x" }];
    expect((await server.ask("PATCH", `${configMaps}/w`, { headers, body })).body.data).toEqual({ a: "2", b: "x" });
  });

  test("a strategic merge patch merges containers by name", async () => {
    await server.ask("POST", pods, { body: pod("smp") });
    const headers = { "content-type": "application/strategic-merge-patch+json" };
    const body = { spec: { containers: [{ name: "c", image: "agnhost:2.54" }] } };
    const { body: patched } = await server.ask("PATCH", `${pods}/smp`, { headers, body });
    expect(patched.spec.containers).toHaveLength(1);
    expect(patched.spec.containers[0]).toMatchObject({ image: "agnhost:2.54", imagePullPolicy: "IfNotPresent" });
  });

  test("a dry run stores nothing", async () => {
    const answer = await server.ask("POST", `${pods}?dryRun=All`, { body: pod("dry") });
    expect(answer.status).toBe(201);
    expect(answer.body.metadata).not.toHaveProperty("resourceVersion");
    expect((await server.ask("GET", `${pods}/dry`)).status).toBe(404);
  });

  test("DELETE answers with the object or with a Status, as the resource does", async () => {
    await server.ask("POST", pods, { body: pod("going") });
    expect((await server.ask("DELETE", `${pods}/going`)).body.kind).toBe("Pod");
    const { body: created } = await server.ask("POST", configMaps, { body: { metadata: { name: "going" } } });
    expect((await server.ask("DELETE", `${configMaps}/going`)).body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Success",
      details: { name: "going", kind: "configmaps", uid: created.metadata.uid },
    });
  });

  test("a collection is deleted by selector", async () => {
    for (const name of ["d1", "d2", "d3"]) {
      const labels = { batch: name === "d3" ? "b" : "a" };
      await server.ask("POST", configMaps, { body: { metadata: { name, labels } } });
    }
    await server.ask("DELETE", `${configMaps}?labelSelector=batch%3Da`);
    expect((await server.ask("GET", `${configMaps}/d1`)).status).toBe(404);
    expect((await server.ask("GET", `${configMaps}/d3`)).status).toBe(200);
  });

  test("scale changes replicas and nothing else", async () => {
    const deployments = "/apis/apps/v1/namespaces/facts/deployments";
    const labels = { app: "web" };
    const template = { metadata: { labels }, spec: pod("x").spec };
    const body = { metadata: { name: "web" }, spec: { selector: { matchLabels: labels }, template } };
    await server.ask("POST", deployments, { body });
    const headers = { "content-type": "application/merge-patch+json" };
    const scaled = await server.ask("PATCH", `${deployments}/web/scale`, { headers, body: { spec: { replicas: 3 } } });
    expect(scaled.body).toMatchObject({
      kind: "Scale",
      spec: { replicas: 3 },
      status: { replicas: 0, selector: "app=web" },
    });
    expect((await server.ask("GET", `${deployments}/web`)).body.spec).toMatchObject({
      replicas: 3,
      progressDeadlineSeconds: 600,
    });
  });

  test("a namespace leaves when its finalizer is taken away", async () => {
    const namespaces = "/api/v1/namespaces";
    await server.ask("POST", namespaces, { body: { metadata: { name: "short" } } });
    expect((await server.ask("DELETE", `${namespaces}/short`)).body.status.phase).toBe("Terminating");
    const { body } = await server.ask("GET", `${namespaces}/short`);
    await server.ask("PUT", `${namespaces}/short/finalize`, { body: { ...body, spec: { finalizers: [] } } });
    expect((await server.ask("GET", `${namespaces}/short`)).status).toBe(404);
  });
});

describe("pods' subresources", () => {
  test("binding puts a pod on a node", async () => {
    await server.ask("POST", pods, { body: pod("bind") });
    const target = { kind: "Node", name: "worker" };
    expect((await server.ask("POST", `${pods}/bind/binding`, { body: { target } })).status).toBe(201);
    expect((await server.ask("GET", `${pods}/bind`)).body).toMatchObject({
      spec: { nodeName: "worker" },
      status: { conditions: [{ type: "PodScheduled", status: "True" }] },
    });
    expect((await server.ask("POST", `${pods}/bind/binding`, { body: { target } })).status).toBe(409);
  });

  test("log is empty without a node, and the kubelet's with one", async () => {
    await server.ask("POST", pods, { body: pod("log") });
    expect(await server.ask("GET", `${pods}/log/log`)).toMatchObject({ status: 204, body: "" });
    server.store.modify("pods", "log", "facts", (copy) => ({ ...copy, spec: { ...copy["spec"], nodeName: "worker" } }));
    const { body } = await server.ask("GET", `${pods}/log/log?tailLines=5&follow=true`);
    expect(body).toBe('log c {"follow":true,"tailLines":5}\n');
    expect((await server.ask("GET", `${pods}/log/log?container=x`)).body.message).toBe(
      "container x is not valid for pod log",
    );
  });

  test("exec without an upgrade is a bad request", async () => {
    expect((await server.ask("POST", `${pods}/log/exec?command=true`)).body.message).toBe("Upgrade request required");
  });

  test("an upgrade for a pod that is missing or waits for a node is refused as recorded", async () => {
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
    };
    const missing = await server.ask("GET", `${pods}/nope/exec?command=true`, { headers });
    expect(missing.body).toMatchObject({ code: 404, message: 'pods "nope" not found' });
    await server.ask("POST", pods, { body: pod("unschedulable") });
    const waiting = await server.ask("GET", `${pods}/unschedulable/exec?command=true`, { headers });
    expect(waiting.body).toMatchObject({
      code: 400,
      message: "pod unschedulable does not have a host assigned",
      reason: "BadRequest",
    });
  });
});

describe("tokens", () => {
  test("are issued on request and good for the account", async () => {
    const path = "/api/v1/namespaces/facts/serviceaccounts/default/token";
    const { status, body } = await server.ask("POST", path, { body: { spec: { expirationSeconds: 600 } } });
    expect(status).toBe(201);
    const review = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    const who = await server.ask("POST", review, { token: body.status.token, body: {} });
    expect(who.body.status.userInfo).toMatchObject({ username: "system:serviceaccount:facts:default" });
  });
});

describe("discovery", () => {
  test("lists groups, versions and resources", async () => {
    expect((await server.ask("GET", "/api")).body).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
    const { body: groups } = await server.ask("GET", "/apis");
    expect(groups.groups.map(({ name }: { name: string }) => name)).toContain("discovery.k8s.io");
    const { body: list } = await server.ask("GET", "/apis/apps/v1");
    expect(list).toMatchObject({ kind: "APIResourceList", groupVersion: "apps/v1" });
    expect(list.resources).toContainEqual({
      name: "deployments/scale",
      singularName: "",
      namespaced: true,
      group: "autoscaling",
      version: "v1",
      kind: "Scale",
      verbs: ["get", "patch", "update"],
    });
    expect((await server.ask("GET", "/apis/nope/v1")).status).toBe(404);
  });

  test("comes in one piece for those who ask", async () => {
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    const answer = await server.ask("GET", "/apis", { headers: { accept } });
    expect(answer.headers["content-type"]).toBe("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
    expect(answer.body.items[0].versions[0].resources[0]).toMatchObject({
      scope: "Namespaced",
      responseKind: { version: "v1" },
    });
  });
});

describe("tables", () => {
  test("show the columns of the kind", async () => {
    await server.ask("POST", pods, { body: pod("row") });
    const headers = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" };
    const { body } = await server.ask("GET", `${pods}?fieldSelector=metadata.name%3Drow`, { headers });
    expect(body.columnDefinitions.map(({ name }: { name: string }) => name).slice(0, 5)).toEqual([
      "Name",
      "Ready",
      "Status",
      "Restarts",
      "Age",
    ]);
    expect(body.rows[0].cells.slice(0, 4)).toEqual(["row", "0/1", "Pending", "0"]);
    expect(body.rows[0].object).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "row" } });
  });
});
