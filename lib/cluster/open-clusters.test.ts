import { afterEach, beforeEach, expect, test } from "vitest";
import errors from "../../fixtures/recorded/api-errors.json" with { type: "json" };
import { openClusters } from "./open-clusters.ts";
import { type PlaybackServer, startPlaybackServer } from "./playback-server.ts";
import { type KubeconfigDirectory, makeKubeconfigDirectory, type TestContext } from "./kubeconfig/test-kubeconfig.ts";

let servers: PlaybackServer[];
let directory: KubeconfigDirectory;
beforeEach(async () => {
  servers = await Promise.all([startPlaybackServer(), startPlaybackServer(), startPlaybackServer()]);
  for (const [index, server] of servers.entries()) {
    server.answer("GET /version", { status: 200, body: { gitVersion: "v1.36.2" } });
    server.answer("GET /api/v1/namespaces/kube-system", { status: 200, body: { metadata: { uid: `uid-${index}` } } });
  }
  directory = makeKubeconfigDirectory();
});
afterEach(async () => {
  directory[Symbol.dispose]();
  await Promise.all(servers.map((server) => server.close()));
});

function context(index: number): TestContext {
  const server = servers[index] as PlaybackServer;
  return {
    server: server.url,
    cluster: { "certificate-authority-data": Buffer.from(server.certificate).toString("base64") },
    user: { token: "s3cr3t-token" },
  };
}

const kubeconfig = () => directory.load({ "a@one": context(0), "b/two": context(1), "c three": context(2) });

test("clusters are opened in the order of their names", async () => {
  const clusters = await openClusters(kubeconfig(), ["c three", "a@one"]);
  expect(clusters.map(({ context: name, uid }) => [name, uid])).toEqual([
    ["c three", "uid-2"],
    ["a@one", "uid-0"],
  ]);
  await Promise.all(clusters.map((cluster) => cluster.close()));
});

test("clusters that cannot be used are told all together, each with its cure", async () => {
  servers[0]?.answer("GET /version", errors["401-unauthorized"]);
  await servers[2]?.close();
  await expect(openClusters(kubeconfig(), ["a@one", "b/two", "c three"])).rejects.toMatchObject({
    kind: "broken",
    message: [
      "2 of 3 clusters cannot be used:",
      `  a@one (127.0.0.1:${servers[0]?.port}): GET /version: 401 Unauthorized: Unauthorized`,
      `  c three (127.0.0.1:${servers[2]?.port}): GET /version: connection refused`,
    ].join("\n"),
    cure: [
      "a@one: Log in again or fetch the kubeconfig again, then check with: kubectl --context a@one auth whoami",
      "c three: Check that the API server runs and that the kubeconfig has its present address: kubectl --context 'c three' version",
    ].join("\n"),
  });
});

test("two contexts of one cluster are refused", async () => {
  servers[2]?.answer("GET /api/v1/namespaces/kube-system", { status: 200, body: { metadata: { uid: "uid-0" } } });
  await expect(openClusters(kubeconfig(), ["a@one", "b/two", "c three"])).rejects.toMatchObject({
    kind: "configuration",
    message: 'The contexts "a@one" and "c three" lead to the same cluster.',
  });
});

test("an unknown context is told before anything is asked", async () => {
  await expect(openClusters(kubeconfig(), ["a@one", "b/tow"])).rejects.toMatchObject({
    kind: "configuration",
    exitCode: 2,
  });
  expect(servers.map(({ asked }) => asked.length)).toEqual([0, 0, 0]);
});
