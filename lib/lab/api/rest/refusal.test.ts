import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer } from "../test-server.ts";
import type { TestServer } from "../test-server.ts";

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
