import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestServer } from "../test-server.ts";
import type { Answer, TestServer } from "../test-server.ts";

const configMap = "/api/v1/namespaces/facts/configmaps/a";
const service = "/api/v1/namespaces/facts/services/s";
const deployment = "/apis/apps/v1/namespaces/facts/deployments/d";

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const apply = (path: string, manager: string, yaml: string, more = ""): Promise<Answer> => {
  const headers = { "content-type": "application/apply-patch+yaml" };
  return server.ask("PATCH", `${path}?fieldManager=${manager}${more}`, { headers, body: yaml });
};
const data = (fields: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {${fields}}}`;
const fieldsOf = ({ body }: Answer, manager: string) =>
  body.metadata.managedFields.find((entry: { manager: string }) => entry.manager === manager)?.fieldsV1;

describe("server-side apply", () => {
  test("creates, and says who owns what", async () => {
    const answer = await apply(configMap, "one", data("x: '1'"));
    expect(answer.status).toBe(201);
    expect(answer.body.metadata.managedFields).toEqual([
      {
        manager: "one",
        operation: "Apply",
        apiVersion: "v1",
        time: expect.stringMatching(/Z$/),
        fieldsType: "FieldsV1",
        fieldsV1: { "f:data": { "f:x": {} } },
      },
    ]);
  });

  test("takes away what the applier no longer speaks of, and nothing of others", async () => {
    await apply(configMap, "one", data("x: '1', y: '1'"));
    await apply(configMap, "two", data("z: '2'"));
    expect((await apply(configMap, "one", data("x: '1'"))).body.data).toEqual({ x: "1", z: "2" });
  });

  test("keeps what two managers agree on until both have let go", async () => {
    await apply(configMap, "one", data("x: '1', y: '1'"));
    await apply(configMap, "two", data("y: '1'"));
    expect((await apply(configMap, "one", data("x: '1'"))).body.data).toEqual({ x: "1", y: "1" });
    expect((await apply(configMap, "two", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}")).body.data).toEqual(
      { x: "1" },
    );
  });

  test("refuses to change what another manager owns, until it is forced", async () => {
    await apply(configMap, "one", data("x: '1'"));
    const refused = await apply(configMap, "two", data("x: '2'"));
    expect(refused.body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: 'Apply failed with 1 conflict: conflict with "one": .data.x',
      reason: "Conflict",
      details: { causes: [{ reason: "FieldManagerConflict", message: 'conflict with "one"', field: ".data.x" }] },
      code: 409,
    });
    const forced = await apply(configMap, "two", data("x: '2'"), "&force=true");
    expect(forced.body.data).toEqual({ x: "2" });
    expect(fieldsOf(forced, "one")).toBeUndefined();
    expect(fieldsOf(forced, "two")).toEqual({ "f:data": { "f:x": {} } });
  });

  test("names all conflicts, those with plain updates included", async () => {
    const headers = { "content-type": "application/merge-patch+json", "user-agent": "curl/8" };
    await apply(configMap, "one", data("x: '1', y: '1'"));
    await server.ask("PATCH", configMap, { headers, body: { data: { y: "3" } } });
    const { body } = await apply(configMap, "two", data("x: '2', y: '2'"));
    expect(body.message).toBe(
      'Apply failed with 2 conflicts: conflicts with "curl" using v1:\n- .data.y\nconflicts with "one":\n- .data.x',
    );
  });

  test("leaves the version alone when nothing changes", async () => {
    const first = await apply(configMap, "one", data("x: '1'"));
    const again = await apply(configMap, "one", data("x: '1'"));
    expect(again.status).toBe(200);
    expect(again.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
  });

  test("merges list items by their keys", async () => {
    const ports = (list: string) =>
      `{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: s}, ports: [${list}]}}`;
    await apply(service, "one", ports("{name: a, port: 80}"));
    const both = await apply(service, "two", ports("{name: b, port: 81, protocol: UDP}"));
    expect(both.body.spec.ports).toEqual([
      { name: "a", port: 80, protocol: "TCP", targetPort: 80 },
      { name: "b", port: 81, protocol: "UDP", targetPort: 81 },
    ]);
    expect(fieldsOf(both, "one")["f:spec"]["f:ports"]).toEqual({
      'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:name": {}, "f:port": {} },
    });
    const left = await apply(service, "one", "{apiVersion: v1, kind: Service, metadata: {name: s}}");
    expect(left.body.spec.ports.map(({ name }: { name: string }) => name)).toEqual(["b"]);
    expect(left.body.spec.clusterIP).toBe(both.body.spec.clusterIP);
  });

  test("takes a struct away with the defaults in it", async () => {
    const container = (probe: string) => `
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: d}
      spec:
        selector: {matchLabels: {app: d}}
        template:
          metadata: {labels: {app: d}}
          spec: {containers: [{name: c, image: i${probe}}]}`;
    const probe = ", livenessProbe: {httpGet: {port: 80}}";
    const first = await apply(deployment, "one", container(probe));
    expect(first.body.spec.template.spec.containers[0].livenessProbe.periodSeconds).toBe(10);
    const second = await apply(deployment, "one", container(""));
    expect(second.body.spec.template.spec.containers[0]).not.toHaveProperty("livenessProbe");
    expect(second.body.spec.template.spec.containers[0].imagePullPolicy).toBe("Always");
    expect(second.body.metadata.generation).toBe(2);
  });

  test("of a status is apart from that of the rest", async () => {
    const yaml = (rest: string) => `{apiVersion: v1, kind: Service, metadata: {name: s}, ${rest}}`;
    await apply(service, "one", yaml("spec: {ports: [{port: 80}]}"));
    const status = "status: {loadBalancer: {ingress: [{ip: 172.19.255.1}]}}";
    const answer = await apply(`${service}/status`, "two", yaml(status));
    expect(answer.body.status.loadBalancer.ingress).toEqual([{ ip: "172.19.255.1" }]);
    expect(answer.body.metadata.managedFields[1]).toMatchObject({ manager: "two", subresource: "status" });
    const again = await apply(service, "one", yaml("spec: {ports: [{port: 80}]}"));
    expect(again.body.status.loadBalancer.ingress).toHaveLength(1);
  });

  test("wants to know who applies", async () => {
    const headers = { "content-type": "application/apply-patch+yaml" };
    const { body } = await server.ask("PATCH", configMap, { headers, body: data("x: '1'") });
    expect(body).toMatchObject({
      code: 422,
      message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    });
  });

  test("respects an object that nobody tracked so far", async () => {
    const metadata = { name: "a", namespace: "facts" };
    server.store.create("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata, data: { x: "0" } });
    const { body } = await apply(configMap, "one", data("x: '1'"));
    expect(body.message).toBe('Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.x');
  });
});
