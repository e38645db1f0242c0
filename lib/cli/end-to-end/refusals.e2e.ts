import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, inject, test } from "vitest";
import { textOf } from "../../base/open-record.ts";
import { ask, athens, hurup, nothingIsLeft, runNamespaces } from "./test-cluster-api.ts";
import { type Ended, labKubeconfig, lastLine, meshgate, startMeshgate, troubles } from "./test-command.ts";
import { named, type TestKubeconfig } from "./test-kubeconfig.ts";

afterEach(nothingIsLeft);

test("an image that does not exist: one trouble for each pod, soon", async () => {
  const args = ["--context", athens, "--suite", "pod-to-pod", "--image", "docker.io/library/does-not-exist:1"];
  const run = await meshgate(args);
  expect(run).toMatchObject({ exitCode: 3, stderr: "", results: { verdict: "broken" } });
  // The agents' time limit is three minutes.
  expect(run.seconds).toBeLessThan(60);
  expect(withoutNames(run)).toMatchInlineSnapshot(`
    [
      "kind-region-athens Pod/NAMESPACE/client-NAME
    pod on region-athens-worker2: ImagePullBackOff: Back-off pulling image "docker.io/library/does-not-exist:1": ErrImagePull: failed to pull and unpack image "docker.io/library/does-not-exist:1": failed to resolve image: docker.io/library/does-not-exist:1: not found: the lab has no registry
    Name an image that this node can pull with --image, or a secret with --image-pull-secret. Look with: kubectl --context kind-region-athens -n NAMESPACE describe pod client-NAME",
      "kind-region-athens Pod/NAMESPACE/client-NAME
    pod on region-athens-worker: ImagePullBackOff: Back-off pulling image "docker.io/library/does-not-exist:1": ErrImagePull: failed to pull and unpack image "docker.io/library/does-not-exist:1": failed to resolve image: docker.io/library/does-not-exist:1: not found: the lab has no registry
    Name an image that this node can pull with --image, or a secret with --image-pull-secret. Look with: kubectl --context kind-region-athens -n NAMESPACE describe pod client-NAME",
      "kind-region-athens Pod/NAMESPACE/echo-NAME
    pod on region-athens-worker2: ImagePullBackOff: Back-off pulling image "docker.io/library/does-not-exist:1": ErrImagePull: failed to pull and unpack image "docker.io/library/does-not-exist:1": failed to resolve image: docker.io/library/does-not-exist:1: not found: the lab has no registry
    Name an image that this node can pull with --image, or a secret with --image-pull-secret. Look with: kubectl --context kind-region-athens -n NAMESPACE describe pod echo-NAME",
      "kind-region-athens Pod/NAMESPACE/echo-NAME
    pod on region-athens-worker: ImagePullBackOff: Back-off pulling image "docker.io/library/does-not-exist:1": ErrImagePull: failed to pull and unpack image "docker.io/library/does-not-exist:1": failed to resolve image: docker.io/library/does-not-exist:1: not found: the lab has no registry
    Name an image that this node can pull with --image, or a secret with --image-pull-secret. Look with: kubectl --context kind-region-athens -n NAMESPACE describe pod echo-NAME",
    ]
  `);
  // Four pods and 24 paths.
  expect(lastLine(run)).toMatch(/^0 passed, 0 failed, 28 broken, 2 skipped in /);
  expect(run.stdout.split("\n").length).toBeLessThan(120);
});

test("a quota that lets no pod in", async () => {
  const gate = join(inject("labDirectory"), "gate");
  mkdirSync(gate);
  const kubeconfig = labKubeconfig();
  const entry = named(kubeconfig.users, hurup);
  entry.user = { exec: { apiVersion: "client.authentication.k8s.io/v1", command: gatekeeper(gate, entry.user) } };
  const running = startMeshgate(["--context", hurup, "--suite", "pod-to-pod"], { kubeconfig });
  const over = new AbortController();
  let made = false;
  const ended = running.ended.finally(() => over.abort());
  while (!over.signal.aborted) {
    await setTimeout(10);
    const waiting = readdirSync(gate).filter((name) => name.startsWith("asked-"));
    if (waiting.length === 0) continue;
    const namespace = made ? undefined : (await runNamespaces(hurup)).find((name) => !name.endsWith("-other"));
    if (namespace !== undefined) {
      await ask(hurup, "POST", `/api/v1/namespaces/${namespace}/resourcequotas`, {
        metadata: { name: "nothing" },
        spec: { hard: { pods: "0" } },
      });
      made = true;
    }
    for (const name of waiting) rmSync(join(gate, name), { force: true });
  }
  const run = await ended;
  expect(run).toMatchObject({ exitCode: 3, stderr: "", results: { verdict: "broken" } });
  expect(run.seconds).toBeLessThan(60);
  expect(withoutNames(run)).toMatchInlineSnapshot(`
    [
      "kind-region-hurup DaemonSet/NAMESPACE/client
    its pods are refused: Error creating: pods "client-NAME" is forbidden: exceeded quota: nothing, requested: pods=1, used: pods=0, limited: pods=0
    Raise the quota, or use fewer nodes with --max-nodes; look with: kubectl --context kind-region-hurup -n NAMESPACE describe daemonset client",
      "kind-region-hurup DaemonSet/NAMESPACE/echo
    its pods are refused: Error creating: pods "echo-NAME" is forbidden: exceeded quota: nothing, requested: pods=1, used: pods=0, limited: pods=0
    Raise the quota, or use fewer nodes with --max-nodes; look with: kubectl --context kind-region-hurup -n NAMESPACE describe daemonset echo",
    ]
  `);
});

test("a user who may do nothing", async () => {
  const run = await asAccount("may-do-nothing", []);
  expect(run).toMatchObject({ exitCode: 3, stderr: "", results: { verdict: "broken" } });
  expect(withoutNames(run)).toMatchInlineSnapshot(`
    [
      "kind-region-hurup -
    kind-region-hurup (172.19.0.5:6443): GET /api/v1/namespaces/kube-system: 403 Forbidden: namespaces "kube-system" is forbidden: User "system:serviceaccount:kube-public:may-do-nothing" cannot get resource "namespaces" in API group "" in the namespace "kube-system"
    meshgate tells clusters apart by the UID of that namespace: ask for the permission to get namespaces. Check: kubectl --context kind-region-hurup auth can-i get namespaces/kube-system",
    ]
  `);
});

test("a user who may look and not create", async () => {
  const run = await asAccount("may-look", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "watch"] }]);
  expect(run).toMatchObject({ exitCode: 3, stderr: "", results: { verdict: "broken" } });
  expect(withoutNames(run)).toMatchInlineSnapshot(`
    [
      "kind-region-hurup -
    kind-region-hurup (172.19.0.5:6443): PATCH /api/v1/namespaces/NAMESPACE: 403 Forbidden: namespaces "NAMESPACE" is forbidden: User "system:serviceaccount:kube-public:may-look" cannot patch resource "namespaces" in API group "" in the namespace "NAMESPACE"
    Ask for that permission; this lists what is allowed: kubectl --context kind-region-hurup auth can-i --list",
    ]
  `);
});

test("a user who may do everything but exec", async () => {
  const core = ["namespaces", "nodes", "services", "configmaps", "pods", "pods/log", "events", "serviceaccounts"];
  const others = ["endpoints", "secrets", "persistentvolumeclaims"];
  const run = await asAccount("may-not-exec", [
    { apiGroups: [""], resources: [...core, ...others], verbs: ["*"] },
    { apiGroups: ["apps", "discovery.k8s.io", "events.k8s.io", "networking.k8s.io"], resources: ["*"], verbs: ["*"] },
  ]);
  expect(run).toMatchObject({ exitCode: 3, stderr: "", results: { verdict: "broken" } });
  expect(withoutNames(run)).toMatchInlineSnapshot(`
    [
      "kind-region-hurup Pod/NAMESPACE/client-NAME
    kind-region-hurup (172.19.0.5:6443): exec in NAMESPACE/client-NAME: 403 Forbidden: pods "client-NAME" is forbidden: User "system:serviceaccount:kube-public:may-not-exec" cannot get resource "pods/exec" in API group "" in the namespace "NAMESPACE"
    Ask for that permission; this lists what is allowed: kubectl --context kind-region-hurup auth can-i --list",
      "kind-region-hurup Pod/NAMESPACE/echo-NAME
    kind-region-hurup (172.19.0.5:6443): exec in NAMESPACE/echo-NAME: 403 Forbidden: pods "echo-NAME" is forbidden: User "system:serviceaccount:kube-public:may-not-exec" cannot get resource "pods/exec" in API group "" in the namespace "NAMESPACE"
    Ask for that permission; this lists what is allowed: kubectl --context kind-region-hurup auth can-i --list",
      "kind-region-hurup Pod/NAMESPACE/greeter-after-NAME
    kind-region-hurup (172.19.0.5:6443): exec in NAMESPACE/greeter-after-NAME: 403 Forbidden: pods "greeter-after-NAME" is forbidden: User "system:serviceaccount:kube-public:may-not-exec" cannot get resource "pods/exec" in API group "" in the namespace "NAMESPACE"
    Ask for that permission; this lists what is allowed: kubectl --context kind-region-hurup auth can-i --list",
      "kind-region-hurup Pod/NAMESPACE/greeter-before-NAME
    kind-region-hurup (172.19.0.5:6443): exec in NAMESPACE/greeter-before-NAME: 403 Forbidden: pods "greeter-before-NAME" is forbidden: User "system:serviceaccount:kube-public:may-not-exec" cannot get resource "pods/exec" in API group "" in the namespace "NAMESPACE"
    Ask for that permission; this lists what is allowed: kubectl --context kind-region-hurup auth can-i --list",
    ]
  `);
});

/**
 * Makes a credential helper that waits before every request until its file in a directory is taken away, so that a test can do something
 * between two requests of a run. What it issues has expired already.
 */
function gatekeeper(directory: string, user: TestKubeconfig["users"][number]["user"]): string {
  const decoded = (base64: string | undefined) => Buffer.from(base64 ?? "", "base64").toString();
  const credential = JSON.stringify({
    kind: "ExecCredential",
    apiVersion: "client.authentication.k8s.io/v1",
    status: {
      clientCertificateData: decoded(user["client-certificate-data"]),
      clientKeyData: decoded(user["client-key-data"]),
      expirationTimestamp: new Date(0).toISOString(),
    },
  });
  const file = join(directory, "helper");
  const wait = `asked='${directory}'/asked-$$; : >"$asked"; while [ -e "$asked" ]; do sleep 0.01; done`;
  writeFileSync(file, `#!/bin/sh\n${wait}\ncat <<'END'\n${credential}\nEND\n`, { mode: 0o700 });
  return file;
}

/** Runs with the token of a new service account that has these permissions. */
async function asAccount(name: string, rules: object[]): Promise<Ended> {
  const namespace = "kube-public";
  await ask(hurup, "POST", `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } });
  const roles = "/apis/rbac.authorization.k8s.io/v1";
  await ask(hurup, "POST", `${roles}/clusterroles`, { metadata: { name }, rules });
  await ask(hurup, "POST", `${roles}/clusterrolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  });
  const issued = await ask(hurup, "POST", `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {},
  });
  const kubeconfig = labKubeconfig();
  Object.assign(named(kubeconfig.users, hurup), { user: { token: textOf(issued, "status", "token") ?? "" } });
  return meshgate(["--context", hurup, "--suite", "environment"], { kubeconfig });
}

/** The troubles of a run, with what is different each time in capitals. */
function withoutNames(run: Ended): string[] {
  return troubles(run)
    .map((text) =>
      text
        .replaceAll(run.results?.run.namespace ?? "", "NAMESPACE")
        .replaceAll(/\b(client|echo|greeter-[a-z]+)(-[a-z0-9]+)?-[a-z0-9]{5}\b/g, "$1-NAME"),
    )
    .toSorted();
}
