import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const pods = "/api/v1/namespaces/facts/pods";
const services = "/api/v1/namespaces/facts/services";
const configMaps = "/api/v1/namespaces/facts/configmaps";
const pod = (name: string, spec = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: { containers: [{ name: "c", image: "agnhost:2.53" }], ...spec },
});
const service = (name: string, spec = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { ports: [{ port: 80 }], ...spec },
});

describe("a refusal reads as recorded", () => {
  test("404 for a missing object", async () => {
    const answer = await server.ask("GET", `${pods}/nope`);
    expect(answer.status).toBe(404);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(answer.body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: 'pods "nope" not found',
      reason: "NotFound",
      details: { name: "nope", kind: "pods" },
      code: 404,
    });
  });

  test("404 for a path that is not served", async () => {
    const answer = await server.ask("GET", "/apis/nope.example/v1/things");
    expect(answer).toMatchObject({ status: 404, body: "404 page not found\n" });
  });

  test("404 for a missing namespace on create", async () => {
    const answer = await server.ask("POST", "/api/v1/namespaces/nope/pods", { body: pod("p") });
    expect(answer.body).toMatchObject({
      code: 404,
      message: 'namespaces "nope" not found',
      details: { name: "nope", kind: "namespaces" },
    });
  });

  test("422 for a name and ports that cannot be", async () => {
    const body = service("Bad_Name", { ports: [{ port: 99_999 }] });
    const { body: status } = await server.ask("POST", services, { body });
    expect(status.message).toBe(
      'Service "Bad_Name" is invalid: [metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 label must consist of ' +
        "lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or " +
        "'123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?'), spec.ports[0].port: Invalid value: 99999: must " +
        "be between 1 and 65535, inclusive, spec.ports[0].targetPort: Invalid value: 99999: must be between 1 and 65535, inclusive]",
    );
    expect(status.details.causes).toHaveLength(3);
    expect(status.details).toMatchObject({ name: "Bad_Name", kind: "Service" });
  });

  test("422 for a node port that is taken", async () => {
    const taken = { type: "NodePort", ports: [{ port: 80, nodePort: 32_530 }] };
    await server.ask("POST", services, { body: service("np", taken) });
    const { body } = await server.ask("POST", services, { body: service("np2", taken) });
    expect(body).toMatchObject({
      code: 422,
      message:
        'Service "np2" is invalid: spec.ports[0].nodePort: Invalid value: 32530: provided port is already allocated',
    });
  });

  test("422 for a change of what a pod must keep", async () => {
    await server.ask("POST", pods, { body: pod("fixed", { nodeName: "worker" }) });
    const headers = { "content-type": "application/merge-patch+json" };
    const { body } = await server.ask("PATCH", `${pods}/fixed`, { headers, body: { spec: { nodeName: "other" } } });
    expect(body.code).toBe(422);
    expect(body.message).toContain(
      'Pod "fixed" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`',
    );
    expect(body.details.causes[0]).toMatchObject({ reason: "FieldValueForbidden", field: "spec" });
  });

  test("400 for an object of another kind", async () => {
    const { body } = await server.ask("POST", pods, { body: service("s") });
    expect(body).toMatchObject({
      code: 400,
      message:
        'Service in version "v1" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): unknown conversion',
    });
  });

  test("415 for a patch of no known form", async () => {
    await server.ask("POST", configMaps, { body: { metadata: { name: "media" } } });
    const headers = { "content-type": "text/plain" };
    const { body } = await server.ask("PATCH", `${configMaps}/media`, { headers, body: "x" });
    expect(body).toMatchObject({ code: 415, message: "415: Unsupported Media Type", details: {} });
  });

  test("401 for a bad token, 403 for a service account and for nobody", async () => {
    const bad = await server.ask("GET", pods, { token: "nonsense" });
    expect(bad.body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: "Unauthorized",
      reason: "Unauthorized",
      code: 401,
    });
    const token = server.credentials.issueToken("facts", "default");
    const account = await server.ask("GET", pods, { token });
    expect(account.body).toMatchObject({
      code: 403,
      message:
        'pods is forbidden: User "system:serviceaccount:facts:default" cannot list resource "pods" in API group "" in the namespace "facts"',
      details: { kind: "pods" },
    });
    const nobody = await server.ask("GET", "/api/v1/pods", { token: "" });
    expect(nobody.body.message).toBe(
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
    );
    expect((await server.ask("GET", "/version", { token: "" })).body.gitVersion).toBe("v1.36.2");
    expect((await server.ask("GET", "/apis", { token: "" })).status).toBe(403);
  });

  test("401 for the token of a service account that is gone", async () => {
    const token = server.credentials.issueToken("facts", "gone");
    expect((await server.ask("GET", "/version", { token })).status).toBe(401);
  });
});

describe("what a role grants", () => {
  test("is allowed to the service account that it is bound to", async () => {
    const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/facts";
    const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] }];
    await server.ask("POST", `${rbac}/roles`, { body: { metadata: { name: "reader" }, rules } });
    const subjects = [{ kind: "ServiceAccount", name: "default", namespace: "facts" }];
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" };
    await server.ask("POST", `${rbac}/rolebindings`, { body: { metadata: { name: "reader" }, subjects, roleRef } });
    const token = server.credentials.issueToken("facts", "default");
    expect((await server.ask("GET", configMaps, { token })).status).toBe(200);
    expect((await server.ask("GET", pods, { token })).status).toBe(403);
    expect((await server.ask("DELETE", `${configMaps}/x`, { token })).status).toBe(403);
  });
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
