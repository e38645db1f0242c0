import { afterEach, beforeEach, describe, expect, test } from "vitest";
import errors from "../../../fixtures/recorded/api-errors.json" with { type: "json" };
import { keepAlive } from "./keep-alive.ts";
import type { Asked } from "../playback-server.ts";
import { copyPullSecret, parsePullSecret } from "./pull-secret.ts";
import { createRunNamespace } from "./run-namespace.ts";
import { openTestCluster, type TestCluster } from "../test-cluster.ts";

let lab: TestCluster;
beforeEach(async () => {
  lab = await openTestCluster();
  lab.server.answer("PATCH /api/v1/namespaces/mg-r1", stored);
  lab.server.answer("GET /api/v1/namespaces/mg-r1/serviceaccounts/default", {
    status: 200,
    body: { metadata: { name: "default" } },
  });
});
afterEach(() => lab[Symbol.asyncDispose]());

const stored = { status: 201, body: { metadata: { name: "mg-r1", uid: "ns-uid" } } };
const options = {
  name: "mg-r1",
  runId: "r1",
  startedAt: new Date("2026-11-21T01:00:00Z"),
  owner: { host: "h", pid: 7, startTime: "42" },
};

interface Applied {
  metadata: { uid?: string; labels: Record<string, string>; annotations: Record<string, string> };
}

function applied(): Applied[] {
  return lab.server.asked.filter(({ method }) => method === "PATCH").map(({ body }) => JSON.parse(body) as Applied);
}

describe("a run's namespace", () => {
  test("is privileged when that is asked for", async () => {
    await createRunNamespace(lab.cluster, { ...options, podSecurity: "privileged" });
    expect(applied()[0]?.metadata.labels).toMatchObject({
      "pod-security.kubernetes.io/enforce": "privileged",
      "pod-security.kubernetes.io/warn": "privileged",
      "pod-security.kubernetes.io/audit": "privileged",
    });
  });

  test("is restricted, says whose it is, wants no sidecars, and is open to mesh-wide Services", async () => {
    const namespace = await createRunNamespace(lab.cluster, options);
    expect(namespace).toMatchObject({ name: "mg-r1", uid: "ns-uid" });
    const restricted = Object.fromEntries(
      ["enforce", "warn", "audit"].flatMap((mode) => [
        [`pod-security.kubernetes.io/${mode}`, "restricted"],
        [`pod-security.kubernetes.io/${mode}-version`, "latest"],
      ]),
    );
    expect(applied()[0]?.metadata).toEqual({
      name: "mg-r1",
      labels: {
        "app.kubernetes.io/managed-by": "meshgate",
        "meshgate.dev/run": "r1",
        ...restricted,
        "istio-injection": "disabled",
        "istio.io/dataplane-mode": "none",
      },
      annotations: {
        "meshgate.dev/started-at": "2026-11-21T01:00:00.000Z",
        "meshgate.dev/owner": '{"host":"h","pid":7,"startTime":"42"}',
        "meshgate.dev/heartbeat": expect.stringMatching(/^\d{4}-.*Z$/),
        "clustermesh.cilium.io/global": "true",
      },
    });
  });

  test("is there only when pods can be made in it", async () => {
    const replies = [
      errors["404-object"],
      errors["404-object"],
      { status: 200, body: { metadata: { name: "default" } } },
    ];
    const path = "GET /api/v1/namespaces/mg-r1/serviceaccounts/default";
    lab.server.answer(path, () => replies.shift() ?? "hang");
    await createRunNamespace(lab.cluster, options);
    expect(replies).toEqual([]);
  });

  test("without a service account is broken, not awaited for ever", async () => {
    lab.server.answer("GET /api/v1/namespaces/mg-r1/serviceaccounts/default", errors["404-object"]);
    await expect(createRunNamespace(lab.cluster, { ...options, timeoutMs: 0 })).rejects.toMatchObject({
      kind: "broken",
      message: 'test cluster: the namespace mg-r1 got no service account "default" within 0 s.',
    });
  });
});

describe("its heartbeat", () => {
  /** Resolves with the next request of that method. */
  const next = (method: "GET" | "PATCH", reply: Parameters<typeof lab.server.answer>[1]): Promise<Asked> =>
    new Promise((resolve) => {
      lab.server.answer(`${method} /api/v1/namespaces/mg-r1`, (asked) => {
        resolve(asked);
        return typeof reply === "function" ? reply(asked) : reply;
      });
    });

  test("is renewed, whole, and only in that very namespace", async () => {
    const namespace = await createRunNamespace(lab.cluster, options);
    lab.server.answer("GET /api/v1/namespaces/mg-r1", { ...stored, status: 200 });
    const renewal = next("PATCH", stored);
    const kept = keepAlive([namespace], 10);
    const { metadata } = JSON.parse((await renewal).body) as Applied;
    await kept.stop();
    expect(metadata).toMatchObject({ uid: "ns-uid", labels: applied()[0]?.metadata.labels });
    expect(Object.keys(metadata.annotations)).toEqual(Object.keys(applied()[0]?.metadata.annotations ?? {}));
    const renewals = applied().length;
    await lab.cluster.get({ apiVersion: "v1", kind: "Namespace" }, "mg-r1");
    expect(applied()).toHaveLength(renewals);
  });

  test("does not bring a namespace back that somebody removed", async () => {
    const namespace = await createRunNamespace(lab.cluster, options);
    const looked = next("GET", errors["404-object"]);
    const kept = keepAlive([namespace], 10);
    await looked;
    await kept.stop();
    expect(applied()).toHaveLength(1);
  });
});

describe("an image pull secret", () => {
  const path = "GET /api/v1/namespaces/default/secrets/registry";
  const source = { namespace: "default", name: "registry" };
  const target = { namespaces: ["mg-r1", "mg-r1-other"], runId: "r1" };

  test("is copied into all namespaces of the run, and nothing else of it", async () => {
    const data = { ".dockerconfigjson": "e30=" };
    const body = {
      metadata: { name: "registry", annotations: { a: "b" } },
      type: "kubernetes.io/dockerconfigjson",
      data,
    };
    lab.server.answer(path, { status: 200, body });
    for (const namespace of target.namespaces)
      lab.server.answer(`PATCH /api/v1/namespaces/${namespace}/secrets/registry`, { status: 201, body });
    expect(await copyPullSecret(lab.cluster, source, target)).toBe("registry");
    const labels = { "app.kubernetes.io/managed-by": "meshgate", "meshgate.dev/run": "r1" };
    expect(applied()).toEqual(
      target.namespaces.map((namespace) => ({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "registry", namespace, labels },
        type: "kubernetes.io/dockerconfigjson",
        data,
      })),
    );
  });

  test.each([
    [errors["404-object"], "default/registry does not exist."],
    [
      { status: 200, body: { type: "Opaque", data: { x: "y" } } },
      "default/registry is not a Secret of type kubernetes.io/dockerconfigjson.",
    ],
  ])("that cannot be used is refused (%#)", async (reply, what) => {
    lab.server.answer(path, reply);
    await expect(copyPullSecret(lab.cluster, source, target)).rejects.toThrow(`test cluster: ${what}`);
  });

  test("is named with its namespace", () => {
    expect(parsePullSecret("default/registry")).toEqual(source);
    for (const text of ["registry", "/registry", "a/b/c"])
      expect(() => parsePullSecret(text)).toThrow("not NAMESPACE/NAME");
  });
});
