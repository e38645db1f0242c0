import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import errors from "../../../fixtures/recorded/api-errors.json" with { type: "json" };
import { createRedactor } from "../../base/redact.ts";
import { readAccess } from "./access.ts";
import type { ApiFailure } from "../api-failure.ts";
import { changingCredentials } from "./credentials.ts";
import { openCluster } from "../open-cluster.ts";
import { type PlaybackServer, startPlaybackServer } from "../playback-server.ts";
import { type KubeconfigDirectory, makeKubeconfigDirectory } from "./test-kubeconfig.ts";
import type { Kubeconfig } from "./kubeconfig.ts";

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

function withUser(user: Record<string, unknown>): Kubeconfig {
  const cluster = { "certificate-authority-data": Buffer.from(server.certificate).toString("base64") };
  return directory.load({ prod: { server: server.url, cluster, user } });
}

/** A credential helper that counts its runs in the file `runs`, then does what the rest of the script says. */
function withHelper(script: string, exec: Record<string, unknown> = {}): Kubeconfig {
  const command = directory.write(
    "helper",
    `#!/bin/sh\necho run >> ${join(directory.path, "runs")}\n${script}\n`,
    0o755,
  );
  const env = [{ name: "VAULT_WORD", value: "from-the-vault" }];
  return withUser({
    exec: { apiVersion: "client.authentication.k8s.io/v1", command, args: ["get-token"], env, ...exec },
  });
}

function runs(): number {
  return readFileSync(join(directory.path, "runs"), "utf8").trim().split("\n").length;
}

function credential(status: Record<string, unknown>): string {
  return `cat <<'END'\n${JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status })}\nEND`;
}

const far = "2999-01-01T00:00:00Z";

async function failure(kubeconfig: Kubeconfig): Promise<ApiFailure> {
  const error: unknown = await openCluster(kubeconfig, "prod").catch((reason: unknown) => reason);
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain("from-the-vault");
  return error as ApiFailure;
}

describe("a credential helper", () => {
  test("runs once for many requests at the same time, and its token is sent", async () => {
    const kubeconfig = withHelper(`sleep 0.2\n${credential({ token: "issued-token", expirationTimestamp: far })}`);
    const cluster = await openCluster(kubeconfig, "prod");
    await Promise.all(Array.from({ length: 10 }, () => cluster.list({ apiVersion: "v1", kind: "Pod" })));
    expect(runs()).toBe(1);
    expect(new Set(server.asked.map(({ headers }) => headers["authorization"]))).toEqual(
      new Set(["Bearer issued-token"]),
    );
    await cluster.close();
  });

  test("runs once when its first use is by many requests", async () => {
    const kubeconfig = withHelper(`sleep 0.2\n${credential({ token: "issued-token" })}`);
    const changing = changingCredentials(readAccess(kubeconfig, "prod"), createRedactor([]));
    const issued = await Promise.all(Array.from({ length: 10 }, async () => (await changing?.current())?.token));
    expect(issued).toEqual(Array(10).fill("issued-token"));
    expect(runs()).toBe(1);
  });

  test("runs again when its token has run out", async () => {
    const cluster = await openCluster(
      withHelper(credential({ token: "t-o-k-e-n", expirationTimestamp: "2020-01-01T00:00:00Z" })),
      "prod",
    );
    expect(runs()).toBe(2);
    await cluster.close();
  });

  test("runs again, once, when the server does not accept its token", async () => {
    const kubeconfig = withHelper(credential({ token: "old-token", expirationTimestamp: far }));
    server.answer("GET /version", errors["401-unauthorized"]);
    expect(await failure(kubeconfig)).toMatchObject({ failure: "unauthorized" });
    expect(runs()).toBe(2);
  });

  test("is told that it has no terminal, and of the cluster when it asks", async () => {
    const seen = join(directory.path, "seen");
    const script = `printf %s "$KUBERNETES_EXEC_INFO" > ${seen}\n${credential({ token: "issued-token" })}`;
    const cluster = await openCluster(withHelper(script, { provideClusterInfo: true }), "prod");
    expect(JSON.parse(readFileSync(seen, "utf8"))).toMatchObject({
      kind: "ExecCredential",
      apiVersion: "client.authentication.k8s.io/v1",
      spec: { interactive: false, cluster: { server: server.url } },
    });
    await cluster.close();
  });

  test("that does not end is not waited for after an interrupt", async () => {
    const kubeconfig = withHelper("sleep 2");
    const stop = new AbortController();
    const opening = openCluster(kubeconfig, "prod", { signal: stop.signal });
    stop.abort();
    await expect(opening).rejects.toMatchObject({ kind: "interrupted" });
  });

  test("that is not installed is named, with its own hint", async () => {
    const error = await failure(
      withUser({ exec: { command: "no-such-helper", installHint: "Install it from the intranet." } }),
    );
    expect(error.message).toBe(
      `prod (127.0.0.1:${server.port}): credentials: the credential helper no-such-helper is not installed or not in PATH`,
    );
    expect(error.cure).toBe("Install it from the intranet.");
    expect(server.asked).toEqual([]);
  });

  test("that fails is named with its exit code and first line, without secrets", async () => {
    const error = await failure(withHelper(`echo "session of $VAULT_WORD is over" >&2; echo more >&2; exit 255`));
    const command = join(directory.path, "helper");
    expect(error.what).toBe(`the credential helper ${command} exited with code 255: session of [redacted] is over`);
    expect(error.cure).toBe(`Run it by hand to see more: ${command} get-token`);
    expect(runs()).toBe(1);
  });

  test.each([["echo not json"], [credential({})], ["true"]])(
    "that prints no credentials is named (%#)",
    async (script) => {
      const error = await failure(withHelper(script));
      expect(error.what).toMatch(/helper printed no ExecCredential with a token or a certificate$/);
    },
  );
});

describe("a token file", () => {
  test("is read, and its line end is not sent", async () => {
    directory.write("token", "from-a-file\n");
    const cluster = await openCluster(withUser({ tokenFile: "token" }), "prod");
    expect(server.asked[0]?.headers["authorization"]).toBe("Bearer from-a-file");
    await cluster.close();
  });

  test("that is missing is named", async () => {
    const error = await failure(withUser({ tokenFile: "gone" }));
    expect(error.what).toBe(`the token file ${join(directory.path, "gone")} cannot be read`);
  });
});

test("user name and password are sent", async () => {
  const cluster = await openCluster(withUser({ username: "me", password: "pass-word" }), "prod");
  expect(server.asked[0]?.headers["authorization"]).toBe(`Basic ${Buffer.from("me:pass-word").toString("base64")}`);
  await cluster.close();
});
