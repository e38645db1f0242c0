import { createServer } from "node:net";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import errors from "../../fixtures/recorded/api-errors.json" with { type: "json" };
import { servingCertificate } from "../base/serving-certificate.ts";
import { ApiFailure } from "./api-failure.ts";
import { openCluster } from "./open-cluster.ts";
import { type Asked, type PlaybackServer, type Reply, startPlaybackServer } from "./playback-server.ts";
import { secretsOf } from "./kubeconfig/secrets-of.ts";
import { type KubeconfigDirectory, makeKubeconfigDirectory, type TestContext } from "./kubeconfig/test-kubeconfig.ts";

let server: PlaybackServer;
let directory: KubeconfigDirectory;
beforeEach(async () => {
  server = await startPlaybackServer();
  directory = makeKubeconfigDirectory();
  server.answer("GET /version", { status: 200, body: { gitVersion: "v1.36.2" } });
  server.answer("GET /api/v1/namespaces/kube-system", { status: 200, body: { metadata: { uid: "uid-1" } } });
});
afterEach(async () => {
  directory[Symbol.dispose]();
  await server.close();
});

const client = await servingCertificate(["client"]);
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const user = {
  token: "s3cr3t-token",
  "client-certificate-data": base64(client.certificate),
  "client-key-data": base64(client.key),
};

function context(changes: Partial<TestContext> = {}): TestContext {
  return {
    server: server.url,
    cluster: { "certificate-authority-data": base64(server.certificate) },
    user,
    ...changes,
  };
}

/** Opens a cluster that must fail, and sees to it that no secret is in what it throws, however deeply it is inspected. */
async function failure(changes: Partial<TestContext> = {}, timeoutMs = 15_000): Promise<ApiFailure> {
  const kubeconfig = directory.load({ prod: context(changes) });
  const error: unknown = await openCluster(kubeconfig, "prod", { timeoutMs }).then(
    () => "it opened",
    (reason: unknown) => reason,
  );
  const shown = inspect(error, { depth: null, showHidden: true });
  for (const secret of secretsOf(kubeconfig)) expect(shown).not.toContain(secret);
  expect(error).toBeInstanceOf(ApiFailure);
  return error as ApiFailure;
}

function answerVersion(reply: Reply | ((asked: Asked) => Reply)): void {
  server.answer("GET /version", reply);
}

describe("an open cluster", () => {
  test("tells context, identity, version and server, and has made one connection", async () => {
    const kubeconfig = directory.load({ "kubeadm@kubernetes": context() });
    const cluster = await openCluster(kubeconfig, "kubeadm@kubernetes");
    const facts = {
      context: "kubeadm@kubernetes",
      uid: "uid-1",
      version: "v1.36.2",
      server: `127.0.0.1:${server.port}`,
    };
    expect(cluster).toMatchObject(facts);
    expect(server.asked.map(({ headers }) => headers["authorization"])).toEqual(Array(2).fill("Bearer s3cr3t-token"));
    expect(server.connections()).toBe(1);
    await cluster.close();
  });

  test("is reached behind a path prefix", async () => {
    server.answer("GET /k8s/clusters/c-x/version", { status: 200, body: { gitVersion: "v1.33.1" } });
    server.answer("GET /k8s/clusters/c-x/api/v1/namespaces/kube-system", {
      status: 200,
      body: { metadata: { uid: "u" } },
    });
    const kubeconfig = directory.load({ prod: context({ server: `${server.url}/k8s/clusters/c-x/` }) });
    const cluster = await openCluster(kubeconfig, "prod");
    expect(cluster.version).toBe("v1.33.1");
    await cluster.close();
  });

  test("does not tell its secrets when it is inspected", async () => {
    const kubeconfig = directory.load({ prod: context() });
    const cluster = await openCluster(kubeconfig, "prod");
    const shown = inspect([cluster, kubeconfig], { depth: null, showHidden: true });
    for (const secret of secretsOf(kubeconfig)) expect(shown).not.toContain(secret);
    await cluster.close();
  });

  test("is opened although it tells its version to nobody", async () => {
    answerVersion(errors["403-forbidden"]);
    const cluster = await openCluster(directory.load({ prod: context() }), "prod");
    expect(cluster.version).toBe("unknown");
    await cluster.close();
  });
});

describe("a cluster that cannot be opened", () => {
  test("refuses the connection", async () => {
    const port = await closedPort();
    const error = await failure({ server: `https://127.0.0.1:${port}` });
    expect(error.message).toBe(`prod (127.0.0.1:${port}): GET /version: connection refused`);
    expect(error.cure).toBe(
      "Check that the API server runs and that the kubeconfig has its present address: kubectl --context prod version",
    );
    expect([error.kind, error.exitCode]).toEqual(["broken", 3]);
  });

  test("never answers", async () => {
    answerVersion("hang");
    expect(await failure({}, 200)).toMatchObject({ failure: "timeout", what: "no answer in time" });
    expect(server.asked).toHaveLength(1);
  });

  test("has a name that does not resolve", async () => {
    expect(await failure({ server: "https://api.cluster.invalid:6443" })).toMatchObject({ failure: "no-such-host" });
  });

  test("shows a certificate that the kubeconfig does not trust", async () => {
    const { certificate: other } = await servingCertificate(["127.0.0.1"]);
    const error = await failure({ cluster: { "certificate-authority-data": base64(other) } });
    expect(error).toMatchObject({ failure: "tls" });
    expect(error.what).toMatch(/^its TLS certificate is not trusted/);
    expect(server.asked).toEqual([]);
  });

  test("shows a certificate for another name", async () => {
    const cluster = { ...context().cluster, "tls-server-name": "api.example.org" };
    expect(await failure({ cluster })).toMatchObject({
      failure: "tls",
      what: "its TLS certificate is for another name",
    });
  });

  test("does not know the user", async () => {
    answerVersion(errors["401-unauthorized"]);
    expect(await failure()).toMatchObject({
      failure: "unauthorized",
      what: "401 Unauthorized: Unauthorized",
      status: 401,
    });
  });

  test("does not let its identity be read", async () => {
    server.answer("GET /api/v1/namespaces/kube-system", errors["403-forbidden"]);
    const error = await failure();
    expect(error).toMatchObject({ failure: "forbidden", reason: "Forbidden" });
    expect(error.cure).toBe(
      "meshgate tells clusters apart by the UID of that namespace: ask for the permission to get namespaces. " +
        "Check: kubectl --context prod auth can-i get namespaces/kube-system",
    );
  });

  test("is a web page", async () => {
    answerVersion({ status: 500, body: "<!doctype html><html><title>Sign in</title>token=s3cr3t-token</html>" });
    expect(await failure()).toMatchObject({ failure: "server-error", what: '500: a web page titled "Sign in"' });
  });

  test("answers 200 with a web page", async () => {
    answerVersion({ status: 200, body: "<html><body>welcome</body></html>" });
    expect(await failure()).toMatchObject({ failure: "not-kubernetes" });
  });

  test("repeats the token that it was given, which is taken out", async () => {
    answerVersion({ status: 500, body: "no upstream for s3cr3t-token" });
    expect((await failure()).what).toBe("500: no upstream for [redacted]");
  });

  test("cuts the connection twice in the middle of its answer", async () => {
    answerVersion("cut");
    expect(await failure()).toMatchObject({ failure: "reset" });
    expect(server.asked).toHaveLength(2);
  });
});

describe("a failure that may pass", () => {
  test("a connection that is cut once is tried once more", async () => {
    const replies: Reply[] = ["cut", { status: 200, body: { gitVersion: "v1.36.2" } }];
    answerVersion(() => replies.shift() ?? "hang");
    const cluster = await openCluster(directory.load({ prod: context() }), "prod");
    expect(replies).toEqual([]);
    await cluster.close();
  });

  test.each([429, 503])("a %i is tried once more after Retry-After", async (status) => {
    const replies: Reply[] = [
      { status, headers: { "retry-after": "0" } },
      { status: 200, body: { gitVersion: "v1.36.2" } },
    ];
    answerVersion(() => replies.shift() ?? "hang");
    const cluster = await openCluster(directory.load({ prod: context() }), "prod");
    expect(replies).toEqual([]);
    await cluster.close();
  });

  test("a 429 is not tried for ever", async () => {
    answerVersion({ status: 429, headers: { "retry-after": "0" } });
    expect(await failure()).toMatchObject({ failure: "throttled", status: 429 });
    expect(server.asked).toHaveLength(2);
  });
});

test("an abort ends the opening as interrupted", async () => {
  const stop = new AbortController();
  answerVersion(() => {
    stop.abort();
    return "hang";
  });
  const opening = openCluster(directory.load({ prod: context() }), "prod", { signal: stop.signal });
  await expect(opening).rejects.toMatchObject({ kind: "interrupted", exitCode: 130 });
});

async function closedPort(): Promise<number> {
  const listener = createServer();
  const port = await new Promise<number>((resolve) => {
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  await new Promise((resolve) => listener.close(resolve));
  return port;
}
