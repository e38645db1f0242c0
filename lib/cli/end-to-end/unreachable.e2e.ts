import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import { afterEach, expect, inject, onTestFinished, test } from "vitest";
import { servingCertificate } from "../../base/serving-certificate.ts";
import { athens, hurup, nothingIsLeft } from "./test-cluster-api.ts";
import { labKubeconfig, meshgate, troubles } from "./test-command.ts";
import { named, type TestKubeconfig } from "./test-kubeconfig.ts";

afterEach(nothingIsLeft);

test("API servers that cannot be used: one trouble each, soon, and the reports are written", async () => {
  const trusted = await servingCertificate(["127.0.0.1"]);
  const refusing = createTlsServer({ cert: trusted.certificate, key: trusted.key }, (_, response) => {
    const body = {
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      reason: "Unauthorized",
      message: "Unauthorized",
    };
    response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  const untrusted = await servingCertificate(["127.0.0.1"]);
  const ports = {
    closed: await closedPort(),
    silent: await listen(createServer()),
    untrusted: await listen(createTlsServer({ cert: untrusted.certificate, key: untrusted.key })),
    expired: await listen(refusing),
  };
  const names = Object.keys(ports) as (keyof typeof ports)[];
  const kubeconfig: TestKubeconfig = {
    clusters: names.map((name) => ({
      name,
      cluster: {
        server: `https://127.0.0.1:${ports[name]}`,
        "certificate-authority-data": Buffer.from(trusted.certificate).toString("base64"),
      },
    })),
    users: [{ name: "user", user: { token: "a-token-that-has-expired" } }],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: "user" } })),
    "current-context": "closed",
  };
  const run = await meshgate(
    names.flatMap((name) => ["--context", name]),
    { kubeconfig },
  );
  expect(run).toMatchObject({ exitCode: 3, stderr: "", results: { verdict: "broken", run: { exitCode: 3 } } });
  expect(run.seconds).toBeLessThan(40);
  expect(troubles(run).map((text) => text.replaceAll(/127\.0\.0\.1:\d+/g, "SERVER"))).toMatchInlineSnapshot(`
    [
      "closed -
    closed (SERVER): GET /version: connection refused
    Check that the API server runs and that the kubeconfig has its present address: kubectl --context closed version",
      "silent -
    silent (SERVER): GET /version: no connection in time
    Check the way to SERVER (VPN, firewall, proxy) and that the cluster is up: kubectl --context silent version",
      "untrusted -
    untrusted (SERVER): GET /version: its TLS certificate is not trusted (self-signed)
    Check certificate-authority and tls-server-name of this cluster in the kubeconfig, or fetch the kubeconfig again: kubectl --context untrusted version",
      "expired -
    expired (SERVER): GET /version: 401 Unauthorized: Unauthorized
    Log in again or fetch the kubeconfig again, then check with: kubectl --context expired auth whoami",
    ]
  `);
  expect(run.junit).toContain('<testsuite name="set-up" tests="1" failures="0" errors="1" skipped="0"');
});

test("a token that the cluster does not accept", async () => {
  const run = await withUser({ token: "a-token-of-nobody" });
  expect(run).toMatchObject({ exitCode: 3, stderr: "", results: { verdict: "broken" } });
  expect(troubles(run)).toMatchInlineSnapshot(`
    [
      "kind-region-athens -
    kind-region-athens (172.19.0.2:6443): GET /version: 401 Unauthorized: Unauthorized
    Log in again or fetch the kubeconfig again, then check with: kubectl --context kind-region-athens auth whoami",
    ]
  `);
});

test("a certificate authority that did not sign the server's certificate", async () => {
  const kubeconfig = labKubeconfig();
  const other = named(kubeconfig.clusters, hurup).cluster["certificate-authority-data"];
  Object.assign(named(kubeconfig.clusters, athens).cluster, { "certificate-authority-data": other });
  const run = await meshgate(["--context", athens], { kubeconfig });
  expect(run).toMatchObject({ exitCode: 3, stderr: "", results: { verdict: "broken" } });
  expect(troubles(run)).toMatchInlineSnapshot(`
    [
      "kind-region-athens -
    kind-region-athens (172.19.0.2:6443): GET /version: its TLS certificate is not trusted (signed by an authority that the kubeconfig does not name)
    Check certificate-authority and tls-server-name of this cluster in the kubeconfig, or fetch the kubeconfig again: kubectl --context kind-region-athens version",
    ]
  `);
});

test("a credential helper that is not installed", async () => {
  const run = await withUser({ exec: helper("credentials-of-nobody") });
  expect(run).toMatchObject({ exitCode: 3, stderr: "", results: { verdict: "broken" } });
  expect(troubles(run)).toMatchInlineSnapshot(`
    [
      "kind-region-athens -
    kind-region-athens (172.19.0.2:6443): credentials: the credential helper credentials-of-nobody is not installed or not in PATH
    Install credentials-of-nobody, or log in another way.",
    ]
  `);
});

test("a credential helper that fails, and prints what it was given", async () => {
  const failing = script("failing-helper", 'echo "login failed for $ACCOUNT" >&2; exit 7');
  const run = await withUser({ exec: helper(failing) });
  expect(run).toMatchObject({ exitCode: 3, stderr: "", results: { verdict: "broken" } });
  expect(troubles(run).map((text) => text.replaceAll(failing, "HELPER"))).toMatchInlineSnapshot(`
    [
      "kind-region-athens -
    kind-region-athens (172.19.0.2:6443): credentials: the credential helper HELPER exited with code 7: login failed for [redacted]
    Run it by hand to see more: HELPER --cluster athens",
    ]
  `);
});

test("a credential helper runs once for a whole run", async () => {
  const { user } = named(labKubeconfig().users, athens);
  const decoded = (base64: string | undefined) => Buffer.from(base64 ?? "", "base64").toString();
  const status = {
    clientCertificateData: decoded(user["client-certificate-data"]),
    clientKeyData: decoded(user["client-key-data"]),
  };
  const credential = { kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1", status };
  const runs = join(inject("labDirectory"), "helper-runs");
  const issuing = script("issuing-helper", `echo run >>'${runs}'; cat <<'END'\n${JSON.stringify(credential)}\nEND`);
  const run = await withUser(
    { exec: helper(issuing) },
    status.clientKeyData.split("\n").filter((line) => line.length > 8),
  );
  expect(run).toMatchObject({ exitCode: 0, stderr: "", results: { verdict: "passed" } });
  expect(existsSync(runs) && readFileSync(runs, "utf8")).toBe("run\n");
});

function withUser(user: Record<string, unknown>, secrets: string[] = []) {
  const kubeconfig = labKubeconfig();
  Object.assign(named(kubeconfig.users, athens), { user });
  return meshgate(["--context", athens, "--suite", "environment"], {
    kubeconfig,
    secrets: secrets.filter((line) => !line.startsWith("-----")),
  });
}

function helper(command: string) {
  const env = [{ name: "ACCOUNT", value: "an-account-and-its-password" }];
  return { apiVersion: "client.authentication.k8s.io/v1", command, args: ["--cluster", "athens"], env };
}

function script(name: string, text: string): string {
  const file = join(inject("labDirectory"), name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o700);
  return file;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
