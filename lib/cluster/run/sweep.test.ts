import { afterEach, beforeEach, describe, expect, test } from "vitest";
import errors from "../../../fixtures/recorded/api-errors.json" with { type: "json" };
import stuck from "../../../fixtures/recorded/namespace-stuck.json" with { type: "json" };
import { removeRun } from "./remove.ts";
import { sweep } from "./sweep.ts";
import { openTestCluster, type TestCluster } from "../test-cluster.ts";

let lab: TestCluster;
/** Namespaces that the server has; a deleted one goes unless it is stuck. */
let namespaces: Map<string, Record<string, unknown>>;
beforeEach(async () => {
  lab = await openTestCluster();
  namespaces = new Map();
  lab.server.answer("GET /api/v1/namespaces", () => ({
    status: 200,
    body: { items: [...namespaces].map(([name, metadata]) => ({ metadata: { name, ...metadata } })) },
  }));
});
afterEach(() => lab[Symbol.asyncDispose]());

function add(name: string, annotations: Record<string, string> = {}, isStuck = false): void {
  namespaces.set(name, {
    annotations,
    labels: { "meshgate.dev/run": `run-of-${name}` },
    creationTimestamp: "2026-11-21T00:00:00Z",
  });
  lab.server.answer(`DELETE /api/v1/namespaces/${name}`, () => {
    if (!isStuck) namespaces.delete(name);
    return { status: 200, body: {} };
  });
  lab.server.answer(`GET /api/v1/namespaces/${name}`, () =>
    namespaces.has(name) ? { status: 200, body: { metadata: { name }, status: stuck } } : errors["404-object"],
  );
}

describe("removing a run", () => {
  test("finds its namespaces by label, removes them and waits until they are gone", async () => {
    add("mg-1");
    add("mg-1-other");
    expect(await removeRun(lab.cluster, { runId: "r1", timeoutMs: 10_000 })).toEqual([]);
    expect(lab.server.asked.find(({ path }) => path === "/api/v1/namespaces")?.query.get("labelSelector")).toBe(
      "app.kubernetes.io/managed-by=meshgate,meshgate.dev/run=r1",
    );
    expect([...namespaces]).toEqual([]);
  });

  test("says what holds a namespace back, and how to remove it by hand", async () => {
    add("mg-1", {}, true);
    const [trouble] = stuck.conditions.filter(({ status }) => status === "True");
    expect(await removeRun(lab.cluster, { runId: "r1", timeoutMs: 0 })).toEqual([
      {
        cluster: "test cluster",
        object: "Namespace//mg-1",
        message:
          `the namespace mg-1 was left behind: it is not gone after 0 s: ${trouble?.message} ` +
          "Some content in the namespace has finalizers remaining: example.org/hold in 1 resource instances",
        cure: "kubectl --context 'test cluster' delete namespace mg-1",
      },
    ]);
  });

  test("tells a refusal in the server's words and throws nothing", async () => {
    add("mg-1");
    lab.server.answer("DELETE /api/v1/namespaces/mg-1", errors["403-forbidden"]);
    const [trouble] = await removeRun(lab.cluster, { runId: "r1", timeoutMs: 0 });
    expect(trouble?.message).toMatch(/^the namespace mg-1 was left behind: it could not be deleted: .*403 Forbidden/);
    expect(namespaces.has("mg-1")).toBe(true);
  });

  test("tells when nothing could be listed", async () => {
    lab.server.answer("GET /api/v1/namespaces", errors["403-forbidden"]);
    expect(await removeRun(lab.cluster, { runId: "r1", timeoutMs: 0 })).toMatchObject([
      { message: expect.stringMatching(/^the namespaces of the run r1 could not be listed: .*403 Forbidden/) },
    ]);
  });
});

describe("a sweep", () => {
  const now = new Date("2026-11-21T02:00:00Z");
  const owner = (host: string, pid: number): string => JSON.stringify({ host, pid, startTime: "1" });
  const options = { olderThanMs: 0, now, host: "here", isProcessAlive: ({ pid }: { pid: number }) => pid === 1 };
  const heartbeat = (secondsAgo: number): string => new Date(now.getTime() - secondsAgo * 1000).toISOString();

  test("removes runs of this machine whose process is gone, and silent ones of others", async () => {
    add("here-alive", { "meshgate.dev/owner": owner("here", 1), "meshgate.dev/heartbeat": heartbeat(3600) });
    add("here-dead", { "meshgate.dev/owner": owner("here", 2), "meshgate.dev/heartbeat": heartbeat(1) });
    add("there-alive", { "meshgate.dev/owner": owner("there", 2), "meshgate.dev/heartbeat": heartbeat(59) });
    add("there-silent", { "meshgate.dev/owner": owner("there", 1), "meshgate.dev/heartbeat": heartbeat(60) });
    add("unsigned", { "meshgate.dev/owner": "{not json" });
    expect(await sweep(lab.cluster, options)).toEqual({
      removed: ["here-dead", "there-silent", "unsigned"],
      kept: [
        { namespace: "here-alive", runId: "run-of-here-alive", reason: "its process 1 is alive" },
        { namespace: "there-alive", runId: "run-of-there-alive", reason: "there gave a sign of life 59 s ago" },
      ],
      failed: [],
    });
    expect([...namespaces.keys()]).toEqual(["here-alive", "there-alive"]);
  });

  test("keeps what began too recently", async () => {
    add("young", { "meshgate.dev/owner": owner("here", 2), "meshgate.dev/started-at": heartbeat(30) });
    const { removed, kept } = await sweep(lab.cluster, { ...options, olderThanMs: 60_000 });
    expect({ removed, kept }).toEqual({
      removed: [],
      kept: [{ namespace: "young", runId: "run-of-young", reason: "began 30 s ago" }],
    });
  });

  test("tells what it could not remove", async () => {
    add("stuck", {}, true);
    const { removed, failed } = await sweep(lab.cluster, { ...options, timeoutMs: 0 });
    expect(removed).toEqual([]);
    expect(failed).toMatchObject([{ object: "Namespace//stuck" }]);
  });

  test("of nothing removes nothing", async () => {
    expect(await sweep(lab.cluster, options)).toEqual({ removed: [], kept: [], failed: [] });
  });
});
