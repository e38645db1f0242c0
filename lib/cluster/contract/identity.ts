import { describe, expect, test } from "vitest";
import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import type { Room } from "./room.ts";

/** Who asks, and what the server says of itself. */
export function identityContract(inRoom: () => Room): void {
  describe("the API server", () => {
    const get = (path: string, as?: "anonymous" | { token: string }) =>
      inRoom().wire.request("GET", path, { ...(as && { as }) });

    test("tells its version and its health", async () => {
      const version = await get("/version");
      expect(version).toMatchObject({
        status: 200,
        body: { major: "1", gitVersion: expect.stringMatching(/^v1\.\d+\.\d+/) },
      });
      expect(await get("/readyz")).toMatchObject({ status: 200, text: "ok" });
    });

    test("tells its groups and resources", async () => {
      expect((await get("/api")).body).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
      const groups = listOf((await get("/apis")).body, "groups").map((group) => textOf(group, "name"));
      expect(groups).toEqual(
        expect.arrayContaining(["apps", "discovery.k8s.io", "networking.k8s.io", "authorization.k8s.io"]),
      );
      const core = listOf((await get("/api/v1")).body, "resources");
      const pods = core.find((resource) => fieldOf(resource, "name") === "pods");
      expect(pods).toMatchObject({
        kind: "Pod",
        namespaced: true,
        shortNames: ["po"],
        verbs: expect.arrayContaining(["list", "watch"]),
      });
      const names = core.map((resource) => textOf(resource, "name"));
      expect(names).toEqual(
        expect.arrayContaining(["pods/exec", "pods/log", "pods/portforward", "pods/status", "services"]),
      );
    });

    test("has no page for a group that it does not know", async () => {
      expect(await get("/apis/nope.example/v1/things")).toMatchObject({
        status: 404,
        text: "404 page not found\n",
        headers: { "content-type": "text/plain; charset=utf-8" },
      });
    });

    test("does not know a token that it never gave", async () => {
      const { status, body } = await get("/api/v1/pods", { token: "made-up" });
      expect(status).toBe(401);
      expect(body).toMatchObject({
        kind: "Status",
        status: "Failure",
        message: "Unauthorized",
        reason: "Unauthorized",
        code: 401,
      });
    });

    test("lets nobody look at pods without a name", async () => {
      const { status, body } = await get("/api/v1/pods", "anonymous");
      const anonymous =
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope';
      // A server may also turn anonymous requests away altogether.
      const [reason, message] = status === 401 ? ["Unauthorized", "Unauthorized"] : ["Forbidden", anonymous];
      expect(body).toMatchObject({ kind: "Status", reason, message });
      expect([401, 403]).toContain(status);
    });

    test("gives tokens to service accounts, which may do nothing by themselves", async () => {
      const { wire, namespace, path } = inRoom();
      const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 600 } };
      const asked = await wire.request("POST", path("serviceaccounts", "default", "/token"), { body });
      expect(asked).toMatchObject({
        status: 201,
        body: { kind: "TokenRequest", status: { expirationTimestamp: expect.any(String) } },
      });
      const token = textOf(asked.body, "status", "token") ?? "";
      const answer = await wire.request("GET", path("pods"), { as: { token } });
      expect(answer.status).toBe(403);
      expect(textOf(answer.body, "message")).toBe(
        `pods is forbidden: User "system:serviceaccount:${namespace}:default" cannot list resource "pods" in API group "" in the namespace "${namespace}"`,
      );
    });

    test("tells a client what it may do", async () => {
      const { wire, namespace } = inRoom();
      const resourceAttributes = { namespace, verb: "create", resource: "pods", subresource: "exec" };
      const body = {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes },
      };
      const answer = await wire.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", { body });
      expect(answer).toMatchObject({ status: 201, body: { status: { allowed: true } } });
    });

    test("knows nodes with addresses, a pod network and readiness", async () => {
      const nodes = listOf((await get("/api/v1/nodes")).body, "items");
      expect(nodes.length).toBeGreaterThan(0);
      for (const node of nodes) {
        const addresses = listOf(node, "status", "addresses").map((address) => textOf(address, "type"));
        expect(addresses).toContain("InternalIP");
        const ready = listOf(node, "status", "conditions").find((condition) => fieldOf(condition, "type") === "Ready");
        expect(ready).toMatchObject({ status: "True", reason: "KubeletReady" });
      }
    });
  });
}
