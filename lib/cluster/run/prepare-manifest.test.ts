import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectedPods } from "../pods/expected.ts";
import type { KubeObject } from "../cluster.ts";
import { readManifest } from "./manifest.ts";
import { defaultAgentImage, type ManifestValues, prepareManifest } from "./prepare-manifest.ts";
import { makeKubeconfigDirectory } from "../kubeconfig/test-kubeconfig.ts";

const agents = join(import.meta.dirname, "../../../fixtures/manifests/agents.yaml");
const values: ManifestValues = {
  namespace: "meshgate-r1",
  otherNamespace: "meshgate-r1-other",
  hostNamespace: "meshgate-r1-host",
  runId: "r1",
  clusterName: "kubeadm@kubernetes",
  nodes: ["worker-1", "worker-2"],
  agentScript: "console.log('agent')",
};
const labels = { "app.kubernetes.io/managed-by": "meshgate", "meshgate.dev/run": "r1" };

const terms = (...nodes: string[]): object => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: nodes.map((node) => ({
        matchFields: [{ key: "metadata.name", operator: "In", values: [node] }],
      })),
    },
  },
});

describe("the agents", () => {
  const prepared = prepareManifest(readManifest(agents), values);

  test("are a script and two DaemonSets in the run's namespace, with the run's labels", () => {
    expect(prepared.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`)).toEqual([
      "ConfigMap meshgate-r1/agent-script",
      "DaemonSet meshgate-r1/client",
      "DaemonSet meshgate-r1/echo",
    ]);
    for (const { metadata } of prepared) expect(metadata.labels).toMatchObject(labels);
    expect(prepared[0]?.["data"]).toEqual({ "agent.cjs": "console.log('agent')" });
  });

  test("run on the chosen nodes and nowhere else, and know their cluster", () => {
    for (const each of prepared.slice(1))
      expect(each["spec"]).toMatchObject({
        template: {
          metadata: { labels: { ...labels, "meshgate.dev/role": each.metadata.name } },
          spec: {
            affinity: terms("worker-1", "worker-2"),
            containers: [{ env: expect.arrayContaining([{ name: "MESHGATE_CLUSTER", value: "kubeadm@kubernetes" }]) }],
          },
        },
      });
  });

  test("meet the Pod Security level restricted, and carry requests and limits", () => {
    for (const each of prepared.slice(1))
      expect(each["spec"]).toMatchObject({
        template: {
          spec: {
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "1", memory: "256Mi" } },
              },
            ],
          },
        },
      });
  });

  test("are expected one on each chosen node", () => {
    const common = {
      namespace: "meshgate-r1",
      count: 2,
      nodes: values.nodes,
      state: "ready",
      kind: "DaemonSet",
      containers: ["agent"],
    };
    expect(expectedPods(prepared)).toEqual([
      { name: "client", ...common },
      { name: "echo", ...common },
    ]);
  });
});

const noSidecars = {
  labels: { "sidecar.istio.io/inject": "false", "kuma.io/sidecar-injection": "disabled" },
  annotations: {
    "sidecar.istio.io/inject": "false",
    "linkerd.io/inject": "disabled",
    "kuma.io/sidecar-injection": "disabled",
  },
};

describe("no service mesh's sidecar gets into", () => {
  test("the pods of a workload", () => {
    const [, client] = prepareManifest(readManifest(agents), values);
    expect(client?.["spec"]).toMatchObject({ template: { metadata: noSidecars } });
  });

  test("a pod of its own, which keeps its other annotations", () => {
    const metadata = { name: "p", annotations: { own: "1" } };
    const [pod] = prepareManifest([{ apiVersion: "v1", kind: "Pod", metadata, spec: {} }], values);
    expect(pod?.metadata).toMatchObject({ labels, annotations: { own: "1" } });
    expect(pod?.metadata).toMatchObject(noSidecars);
  });
});

describe("a manifest", () => {
  const pod = (spec: object): KubeObject => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "meshgate-other" },
    spec: { containers: [{ image: defaultAgentImage }, { image: "other:1" }], ...spec },
  });
  const specOf = (object: KubeObject, changes: Partial<ManifestValues>): unknown =>
    prepareManifest([object], { ...values, ...changes })[0]?.["spec"];

  test("gets image, pull secret and tolerations, and keeps what it has", () => {
    const toleration = { key: "gpu", operator: "Exists" };
    const spec = specOf(pod({ tolerations: [{ key: "own" }] }), {
      image: "mirror/node:24",
      pullSecret: "pull",
      tolerations: [toleration],
    });
    expect(spec).toMatchObject({
      containers: [{ image: "mirror/node:24" }, { image: "other:1" }],
      imagePullSecrets: [{ name: "pull" }],
      tolerations: [{ key: "own" }, toleration],
    });
  });

  test("keeps the affinity that it has, on each of the chosen nodes", () => {
    const zone = { matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] };
    const required = "requiredDuringSchedulingIgnoredDuringExecution";
    const affinity = { podAntiAffinity: { x: 1 }, nodeAffinity: { [required]: { nodeSelectorTerms: [zone] } } };
    const on = (node: string): object => ({
      ...zone,
      matchFields: [{ key: "metadata.name", operator: "In", values: [node] }],
    });
    expect(specOf(pod({ affinity }), {})).toMatchObject({
      affinity: {
        podAntiAffinity: { x: 1 },
        nodeAffinity: { [required]: { nodeSelectorTerms: [on("worker-1"), on("worker-2")] } },
      },
    });
  });

  test("names the run's namespaces wherever it names one", () => {
    const [alias, policy] = prepareManifest(
      [
        {
          apiVersion: "v1",
          kind: "Service",
          metadata: { name: "alias" },
          spec: { externalName: "echo.meshgate-other.svc.cluster.local" },
        },
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicy",
          metadata: { name: "deny", namespace: "meshgate" },
          spec: {
            ingress: [
              { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "meshgate-other" } } }] },
            ],
          },
        },
      ],
      values,
    );
    expect(alias).toMatchObject({
      metadata: { namespace: "meshgate-r1" },
      spec: { externalName: "echo.meshgate-r1-other.svc.cluster.local" },
    });
    expect(JSON.stringify(policy)).toContain('"kubernetes.io/metadata.name":"meshgate-r1-other"');
  });

  test("is left as it was read", () => {
    const read = pod({});
    const before = structuredClone(read);
    prepareManifest([read], values);
    expect(read).toEqual(before);
  });

  test("says how many pods it brings, and whether they are to be ready", () => {
    const deployment = (name: string, annotations: Record<string, string>, spec: object): KubeObject => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, annotations },
      spec: { template: { spec: {} }, ...spec },
    });
    const objects = [
      deployment("a", {}, { replicas: 3 }),
      deployment("b", { "meshgate.dev/ready": "never" }, {}),
      pod({}),
    ];
    expect(
      expectedPods(prepareManifest(objects, values)).map(({ name, count, state }) => [name, count, state]),
    ).toEqual([
      ["a", 3, "ready"],
      ["b", 1, "running"],
      ["p", 1, "ready"],
    ]);
  });

  test.each([
    ["a: [b\n\n}", /^The manifest .* is not valid at line \d: it is not YAML\.$/],
    [
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\nkind: Pod\n",
      /at line [45]: apiVersion, kind or metadata.name is missing\.$/,
    ],
  ])("that is none is refused with its line (%#)", (text, message) => {
    using directory = makeKubeconfigDirectory();
    expect(() => readManifest(directory.write("bad.yaml", text))).toThrow(message);
  });
});
