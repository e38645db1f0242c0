import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { accessSync, constants } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

const isOnPath = (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
  try {
    accessSync(join(folder, "kubectl"), constants.X_OK);
    return true;
  } catch {
    return false;
  }
});

let server: TestServer;
let folder: string;

/** Runs kubectl in the namespace `facts`; gives what it prints, errors included, as lines without surplus blanks. */
const kubectl = (command: string, input = ""): Promise<string> =>
  new Promise((resolve) => {
    const environment = { ...process.env, KUBECONFIG: join(folder, "config"), HOME: folder };
    const args = ["--namespace=facts", ...command.split(" ")];
    const child = execFile("kubectl", args, { env: environment }, (_error, stdout, stderr) => {
      const warnings = /^(Warning|WARNING): .*\n/gm;
      resolve(`${stdout}${stderr.replace(warnings, "")}`.replace(/ +/g, " ").replace(/ $/gm, "").trim());
    });
    child.stdin!.end(input);
  });

const manifest = (image: string, more = "") => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: c, image: "${image}", ports: [{containerPort: 80}], env: [{name: A, value: "1"}${more}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, clusterIP: 10.1.0.80, ports: [{port: 80, targetPort: 8080}]}
`;

// Skipped where there is no kubectl on PATH: everything that it says here is also said by server.test.ts, to a plain client.
describe.runIf(isOnPath)("kubectl", () => {
  beforeAll(async () => {
    server = await startTestServer();
    folder = await mkdtemp(join(tmpdir(), "kubectl-"));
    await writeFile(join(folder, "config"), JSON.stringify(server.kubeconfig));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test("applies, changes and prunes by a three-way patch", async () => {
    expect(await kubectl("apply -f -", manifest("i:1", ", {name: B, value: '2'}"))).toBe(
      "deployment.apps/web created\nservice/web created",
    );
    expect(await kubectl("apply -f -", manifest("i:1", ", {name: B, value: '2'}"))).toBe(
      "deployment.apps/web unchanged\nservice/web unchanged",
    );
    expect(await kubectl("apply -f -", manifest("i:2"))).toBe("deployment.apps/web configured\nservice/web unchanged");
    expect(server.store.get("deployments.apps", "web", "facts")).toMatchObject({
      spec: { template: { spec: { containers: [{ image: "i:2", env: [{ name: "A", value: "1" }] }] } } },
    });
  });

  test("applies on the server and tells of conflicts", async () => {
    expect(await kubectl("apply --server-side --field-manager=one -f -", manifest("i:3"))).toContain(
      'conflict with "kubectl-client-side-apply" using apps/v1: .spec.template.spec.containers[name="c"].image',
    );
    expect(await kubectl("apply --server-side --force-conflicts --field-manager=one -f -", manifest("i:3"))).toBe(
      "deployment.apps/web serverside-applied\nservice/web serverside-applied",
    );
    expect(await kubectl("apply --dry-run=server -f -", manifest("i:3"))).toContain("(server dry run)");
  });

  test("prints its usual columns", async () => {
    const [header, row] = (await kubectl("get deployment -o wide")).split("\n");
    expect(header).toBe("NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR");
    expect(row).toMatch(/^web 0\/2 0 0 \d+s c i:3 app=web$/);
    expect(await kubectl("get svc")).toMatch(
      /^NAME TYPE CLUSTER-IP EXTERNAL-IP PORT\(S\) AGE\nweb ClusterIP 10\.1\.0\.80 <none> 80\/TCP \d+s$/,
    );
    expect(await kubectl("get all -o name")).toBe("service/web\ndeployment.apps/web");
  });

  test("creates, labels, scales, patches and describes", async () => {
    expect(await kubectl("create namespace other")).toBe("namespace/other created");
    expect(await kubectl("create configmap c --from-literal=a=b")).toBe("configmap/c created");
    expect(server.store.get("configmaps", "c", "facts")).toMatchObject({ data: { a: "b" } });
    expect(await kubectl("label configmap c x=y")).toBe("configmap/c labeled");
    expect(await kubectl("scale deployment web --replicas=5")).toBe("deployment.apps/web scaled");
    expect(await kubectl("set image deployment/web c=i:4")).toBe("deployment.apps/web image updated");
    expect(await kubectl("get deployment web -o jsonpath={.spec.replicas}")).toBe("5");
    expect(await kubectl("describe service web")).toContain("IP: 10.1.0.80");
  });

  test("creates the same as it prints when it only pretends to", async () => {
    const commands = [
      "deployment d --image=i:1 --replicas=0 --port=8080 -- sleep 5",
      "service nodeport n --tcp=80:8080 --node-port=30090",
      "secret generic s --from-literal=a=b",
      "serviceaccount robot",
      "quota q --hard=pods=100,requests.memory=1Gi",
      "ingress i --class=nginx --rule=a.example/x*=web:80",
      "role r --verb=get,list --resource=pods",
      "rolebinding b --role=r --serviceaccount=facts:robot",
      "clusterrole cr --verb=get --non-resource-url=/x",
    ];
    for (const command of commands) {
      const [resource = ""] = command.split(" ");
      const printed = JSON.parse(await kubectl(`create --dry-run=client -o json ${command}`));
      expect(await kubectl(`create ${command}`)).toMatch(/ created$/);
      const stored = JSON.parse(await kubectl(`get ${resource} ${printed.metadata.name} -o json`));
      expect(stored).toMatchObject(withoutEmpty(printed) as object);
    }
  });

  test("asks who it is and what it may", async () => {
    expect(await kubectl("auth can-i create pods")).toBe("yes");
    expect(await kubectl("auth whoami -o jsonpath={.status.userInfo.username}")).toBe("kubernetes-admin");
    const token = await kubectl("create token default");
    expect(server.credentials.authenticate(token)).toMatchObject({ name: "system:serviceaccount:facts:default" });
  });

  test("waits, watches and deletes", async () => {
    const ready = { type: "Available", status: "True" };
    const change = (copy: object) => ({ ...copy, status: { conditions: [ready] } }) as never;
    server.store.modify("deployments.apps", "web", "facts", change, "status");
    expect(await kubectl("wait deployment/web --for=condition=Available --timeout=10s")).toBe(
      "deployment.apps/web condition met",
    );
    expect(await kubectl("delete deployment/web service/web --timeout=10s")).toBe(
      'deployment.apps "web" deleted\nservice "web" deleted',
    );
    expect(await kubectl("get deployment web")).toBe('Error from server (NotFound): deployments.apps "web" not found');
  });
});

/** kubectl prints empty parts that it does not mean to set. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([name, part]) => [name, withoutEmpty(part)] as const);
  const isEmpty = (part: unknown) => part === null || (typeof part === "object" && Object.keys(part).length === 0);
  return Object.fromEntries(parts.filter(([, part]) => !isEmpty(part)));
}
