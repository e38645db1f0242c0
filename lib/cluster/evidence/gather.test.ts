import { afterEach, beforeEach, expect, test } from "vitest";
import errors from "../../../fixtures/recorded/api-errors.json" with { type: "json" };
import { openTestCluster, type TestCluster } from "../test-cluster.ts";
import { type EvidenceLimits, evidenceSource, type Subject } from "./evidence-source.ts";
import { gather } from "./gather.ts";

let lab: TestCluster;
beforeEach(async () => {
  lab = await openTestCluster();
  lab.server.answer("GET /api/v1/namespaces/kube-system/pods", items([cilium, coredns, elsewhere]));
  lab.server.answer("GET /api/v1/namespaces/run/pods", items([client, pending]));
  lab.server.answer("GET /api/v1/namespaces/run/events", items([event("client-1", "Unhealthy", "probe\nfailed", 3)]));
  lab.server.answer(
    "GET /api/v1/namespaces/kube-system/events",
    items([event("coredns-1", "Killing", "stopped", 1), event("coredns-9", "Other", "of another node", 1)]),
  );
  lab.server.answer(
    "GET /api/v1/namespaces/default/events",
    items([event("worker", "NodeNotReady", "status unknown", 1)]),
  );
  lab.server.answer("GET /api/v1/nodes", items([node("worker"), node("other")]));
  lab.server.answer("GET /api/v1/namespaces/run/services", items([named("echo"), named("wear")]));
  lab.server.answer(
    "GET /apis/discovery.k8s.io/v1/namespaces/run/endpointslices",
    items([
      named("echo-x", { "kubernetes.io/service-name": "echo" }),
      named("wear-x", { "kubernetes.io/service-name": "wear" }),
    ]),
  );
  lab.server.answer("GET /apis/networking.k8s.io/v1/namespaces/run/ingresses", items([named("store")]));
  lab.server.answer("GET /apis/networking.k8s.io/v1/ingressclasses", items([named("nginx")]));
  for (const [name, text] of [
    ["run/pods/client-1", "agent log\n"],
    ["kube-system/pods/coredns-1", "dns log\n"],
    ["kube-system/pods/cilium-abcde", "cni log\n"],
  ])
    lab.server.answer(`GET /api/v1/namespaces/${name}/log`, ({ query }) => ({
      status: 200,
      body: query.has("previous") ? "before\n" : (text ?? ""),
    }));
  lab.server.onUpgrade((socket, { query }) => {
    socket.send(Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify(query.getAll("command")))]));
    socket.send(Buffer.concat([Buffer.of(3), Buffer.from('{"metadata":{},"status":"Success"}')]));
    socket.close(1000);
  });
});
afterEach(() => lab[Symbol.asyncDispose]());

const subject: Subject = {
  nodes: ["worker"],
  workloads: ["client"],
  services: [{ namespace: "run", name: "echo" }],
  ingresses: true,
};

test("what a subject goes through is read, and nothing of what it does not", async () => {
  const { files, cut } = await gather(source(), subject);
  expect(cut).toEqual([]);
  const text = files.map(({ name, about, text: content }) => `=== ${name}: ${about}\n${content.trimEnd()}`);
  expect(text.join("\n")).toMatchInlineSnapshot(`
    "=== events.txt: events of the run's namespaces, of the nodes and of the system's pods on them, the newest last
    2026-11-21T09:00:00Z   Warning   Unhealthy      Thing/client-1    probe failed (3 times)
    2026-11-21T09:00:00Z   Warning   Killing        Thing/coredns-1   stopped
    2026-11-21T09:00:00Z   Warning   NodeNotReady   Thing/worker      status unknown
    === nodes.yaml: the nodes, with their conditions
    apiVersion: v1
    kind: Node
    metadata:
      name: worker
    status:
      conditions:
        - type: Ready
          status: Unknown
    === pods.txt: the run's pods and the system's on these nodes, in a table
    NAMESPACE     NAME           NODE     ADDRESS    PHASE     READY   RESTARTS   STATE
    run           client-1       worker   10.0.1.4   Running   1/1     1          agent ended before: OOMKilled (exit code 137)
    run           echo-1         -        -          Pending   0/1     0          0/2 nodes are available
    kube-system   cilium-abcde   worker   10.0.1.4   Running   1/1     0
    kube-system   coredns-1      worker   10.0.1.4   Running   1/1     0
    === pods.yaml: states of the run's pods and the system's on these nodes
    apiVersion: v1
    kind: Pod
    metadata:
      name: cilium-abcde
      namespace: kube-system
    spec:
      nodeName: worker
      initContainers: []
      containers:
        - name: cilium-agent
          image: i
    status:
      phase: Running
      podIP: 10.0.1.4
      containerStatuses:
        - name: cilium-agent
          ready: true
          restartCount: 0
    ---
    apiVersion: v1
    kind: Pod
    metadata:
      name: coredns-1
      namespace: kube-system
    spec:
      nodeName: worker
      initContainers: []
      containers:
        - name: coredns
          image: i
    status:
      phase: Running
      podIP: 10.0.1.4
      containerStatuses:
        - name: coredns
          ready: true
          restartCount: 0
    ---
    apiVersion: v1
    kind: Pod
    metadata:
      name: client-1
      namespace: run
    spec:
      nodeName: worker
      initContainers: []
      containers:
        - name: agent
          image: i
    status:
      phase: Running
      podIP: 10.0.1.4
      containerStatuses:
        - name: agent
          ready: true
          restartCount: 1
          lastState:
            terminated:
              reason: OOMKilled
              exitCode: 137
    ---
    apiVersion: v1
    kind: Pod
    metadata:
      name: echo-1
      namespace: run
    spec:
      initContainers: []
      containers:
        - name: agent
          image: i
    status:
      phase: Pending
      conditions:
        - type: PodScheduled
          status: "False"
          message: 0/2 nodes are available
    === services.yaml: the Services and their EndpointSlices
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata:
      name: echo-x
      namespace: run
      labels:
        kubernetes.io/service-name: echo
    spec: {}
    ---
    apiVersion: v1
    kind: Service
    metadata:
      name: echo
      namespace: run
      labels: {}
    spec: {}
    === ingresses.yaml: IngressClasses, and the run's Ingresses with their status
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: store
      namespace: run
      labels: {}
    spec: {}
    ---
    apiVersion: networking.k8s.io/v1
    kind: IngressClass
    metadata:
      name: nginx
      namespace: run
      labels: {}
    spec: {}
    === logs/run-client-1-agent.log: log of run/client-1/agent, its last 500 lines
    agent log
    === logs/run-client-1-agent-previous.log: log of run/client-1/agent before its restart, its last 500 lines
    before
    === logs/kube-system-cilium-abcde-cilium-agent.log: log of kube-system/cilium-abcde/cilium-agent, its last 500 lines
    cni log
    === logs/kube-system-coredns-1-coredns.log: log of kube-system/coredns-1/coredns, its last 500 lines
    dns log
    === cilium-status-worker.json: what cilium-dbg status -o json says on worker
    ["cilium-dbg","status","-o","json"]
    === cilium-services-worker.json: what cilium-dbg service list -o json says on worker
    ["cilium-dbg","service","list","-o","json"]"
  `);
});

test("neither Secrets nor ConfigMaps are read, and of pods neither environment nor annotations are kept", async () => {
  const { files } = await gather(source(), subject);
  expect(lab.server.asked.filter(({ path }) => /secrets|configmaps/.test(path))).toEqual([]);
  expect(JSON.stringify(files)).not.toContain("hush");
});

test("what several subjects need is read once", async () => {
  const shared = source();
  await Promise.all([gather(shared, subject), gather(shared, subject)]);
  const paths = lab.server.asked
    .filter(({ query }) => !query.has("previous"))
    .map(({ path, query }) => `${path} ${query.toString()}`);
  expect(paths.length).toBe(new Set(paths).size);
});

test("what may not be read, is not answered or is not there is told, and the rest is gathered", async () => {
  lab.server.answer("GET /api/v1/namespaces/kube-system/pods", errors["403-forbidden"]);
  lab.server.answer("GET /api/v1/nodes", "hang");
  lab.server.answer("GET /apis/networking.k8s.io/v1", { status: 404, body: "404 page not found" });
  lab.server.answer("GET /api/v1/namespaces/run/pods/client-1/log", { status: 404 });
  const { files, cut } = await gather(source({ callMs: 300 }), subject);
  expect(files.map(({ name }) => name)).toEqual(["events.txt", "pods.txt", "pods.yaml", "services.yaml"]);
  expect(cut.toSorted()).toEqual([
    "test cluster: Node list: no answer within 300 ms",
    expect.stringMatching(/^test cluster: Pod list of kube-system: 403 Forbidden: pods is forbidden: User /),
  ]);
});

test("that commands may not be run in Cilium's agents is told", async () => {
  lab.server.onUpgrade({ status: 403, body: JSON.stringify(errors["403-forbidden"].body) });
  const { files, cut } = await gather(source(), subject);
  expect(files.filter(({ name }) => name.startsWith("cilium"))).toEqual([]);
  expect(cut).toEqual([
    expect.stringMatching(/^test cluster: cilium-dbg status -o json in kube-system\/cilium-abcde: 403 Forbidden: /),
    expect.stringMatching(
      /^test cluster: cilium-dbg service list -o json in kube-system\/cilium-abcde: 403 Forbidden: /,
    ),
  ]);
});

test("a command of Cilium that fails is told with what it said", async () => {
  lab.server.onUpgrade((socket) => {
    socket.send(Buffer.concat([Buffer.of(2), Buffer.from("usage\nunknown flag\n")]));
    socket.send(
      Buffer.concat([
        Buffer.of(3),
        Buffer.from(
          '{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"2"}]}}',
        ),
      ]),
    );
    socket.close(1000);
  });
  const { cut } = await gather(source(), subject);
  expect(cut[0]).toBe(
    "test cluster: cilium-dbg status -o json in kube-system/cilium-abcde: the command exited with code 2: unknown flag",
  );
});

test("when the time is over nothing more is read", async () => {
  const over = AbortSignal.abort();
  const { files, cut } = await gather(source({ signal: over }), subject);
  expect(files).toEqual([]);
  expect(new Set(cut.map((sentence) => sentence.split(": ").at(-1)))).toEqual(
    new Set(["not read, for the time for evidence was over"]),
  );
  expect(lab.server.asked).toEqual([]);
});

test("without a node all pods of the run are looked at", async () => {
  const { files } = await gather(source(), { ...subject, nodes: [], services: [], ingresses: false });
  expect(files.map(({ name }) => name)).toEqual([
    "events.txt",
    "pods.txt",
    "pods.yaml",
    "logs/run-client-1-agent.log",
    "logs/run-client-1-agent-previous.log",
  ]);
});

function source(limits: Partial<EvidenceLimits> = {}) {
  return evidenceSource(lab.cluster, ["run"], { signal: new AbortController().signal, callMs: 5000, ...limits });
}

function items(list: object[]) {
  return { status: 200, body: { metadata: {}, items: list } };
}

function named(name: string, labels = {}) {
  return { metadata: { name, namespace: "run", labels, managedFields: [{ manager: "x" }] }, spec: {} };
}

function node(name: string) {
  return {
    metadata: { name, annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" } },
    status: { conditions: [{ type: "Ready", status: "Unknown" }], images: [{ names: ["a"] }] },
  };
}

function event(name: string, reason: string, message: string, count: number) {
  return {
    metadata: { name: `${name}.1` },
    involvedObject: { kind: "Thing", name },
    type: "Warning",
    reason,
    message,
    count,
    lastTimestamp: "2026-11-21T09:00:00Z",
  };
}

function pod(namespace: string, name: string, nodeName: string | undefined, container: string, restartCount = 0) {
  return {
    metadata: { name, namespace, annotations: { secret: "hush" } },
    spec: {
      ...(nodeName === undefined ? {} : { nodeName }),
      containers: [{ name: container, image: "i", env: [{ name: "TOKEN", value: "hush" }], args: ["hush"] }],
    },
    status: {
      phase: nodeName === undefined ? "Pending" : "Running",
      ...(nodeName === undefined
        ? { conditions: [{ type: "PodScheduled", status: "False", message: "0/2 nodes are available" }] }
        : {
            podIP: "10.0.1.4",
            containerStatuses: [
              {
                name: container,
                ready: true,
                restartCount,
                ...(restartCount > 0 ? { lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } } } : {}),
              },
            ],
          }),
    },
  };
}

const client = pod("run", "client-1", "worker", "agent", 1);
const pending = pod("run", "echo-1", undefined, "agent");
const cilium = pod("kube-system", "cilium-abcde", "worker", "cilium-agent");
const coredns = pod("kube-system", "coredns-1", "worker", "coredns");
const elsewhere = pod("kube-system", "coredns-2", "other", "coredns");
