import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestCluster, type TestCluster } from "../../cluster/test-cluster.ts";
import { endpointFacts } from "./endpoint-facts.ts";

let lab: TestCluster;
beforeEach(async () => {
  lab = await openTestCluster({ timeoutMs: 500 });
});
afterEach(() => lab[Symbol.asyncDispose]());

const namespaces = { run: "r", other: "r-other", host: "r-host" };
const contextOf = (name: string) => (name === "far" ? "far away" : undefined);
const factsOf = (...services: string[]) => endpointFacts({ clusters: [lab.cluster], namespaces, services, contextOf });

function serve(namespace: string, lists: { services?: object[]; slices?: object[]; pods?: object[] }) {
  const body = (items: object[] = []) => ({ status: 200, body: { items } });
  lab.server.answer(`GET /api/v1/namespaces/${namespace}/services`, body(lists.services));
  lab.server.answer(`GET /apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, body(lists.slices));
  lab.server.answer(`GET /api/v1/namespaces/${namespace}/pods`, body(lists.pods));
}

const service = (name: string) => ({ metadata: { name }, spec: { selector: { app: "echo" } } });
const slice = (of: string, endpoints: object[], labels = {}) => ({
  metadata: { name: `${of}-1`, labels: { "kubernetes.io/service-name": of, ...labels } },
  endpoints,
});
const pod = (name: string, ip: string, ready = "True", metadata: object = {}) => ({
  metadata: { name, labels: { app: "echo" }, ...metadata },
  spec: { nodeName: "worker" },
  status: { podIPs: [{ ip }], conditions: [{ type: "Ready", status: ready }] },
});

test("endpoints are those of all slices, and ready pods those that the Service selects", async () => {
  serve("r", {
    services: [service("echo"), service("not-asked")],
    slices: [
      slice("echo", [
        { addresses: ["10.0.0.1"], nodeName: "worker", targetRef: { name: "echo-a" }, conditions: { ready: true } },
        { addresses: ["10.0.0.9"], conditions: { ready: false } },
      ]),
      slice("echo", [{ addresses: ["10.2.0.1"], nodeName: "w", targetRef: { name: "echo-x" } }], {
        "multicluster.kubernetes.io/source-cluster": "far",
      }),
      slice("other", [{ addresses: ["10.0.0.7"] }]),
    ],
    pods: [
      pod("echo-a", "10.0.0.1"),
      pod("echo-b", "10.0.0.2"),
      pod("echo-c", "10.0.0.3", "False"),
      pod("echo-d", "10.0.0.4", "True", { deletionTimestamp: "2026-01-01T00:00:00Z" }),
      pod("client", "10.0.0.5", "True", { labels: { app: "client" } }),
    ],
  });
  expect(await factsOf("run/echo", "run/echo", "default/kubernetes")).toEqual([
    {
      cluster: "test cluster",
      service: "run/echo",
      endpoints: [
        { cluster: "test cluster", node: "worker", pod: "echo-a", address: "10.0.0.1", ready: true },
        { cluster: "test cluster", node: "", pod: "", address: "10.0.0.9", ready: false },
        { cluster: "far away", node: "w", pod: "echo-x", address: "10.2.0.1", ready: true },
      ],
      readyPods: [
        { node: "worker", pod: "echo-a", address: "10.0.0.1" },
        { node: "worker", pod: "echo-b", address: "10.0.0.2" },
      ],
    },
  ]);
});

test("a Service that is imported stands for the one that is exported, and one that is gone for nothing", async () => {
  serve("r", { services: [service("exported")] });
  serve("r-other", {});
  const facts = await factsOf("run/exported.clusterset", "other/gone");
  expect(facts.map(({ service: name }) => name)).toEqual(["run/exported.clusterset"]);
});

test("a Service without a selector selects nobody", async () => {
  serve("r", { services: [{ metadata: { name: "echo" }, spec: {} }], pods: [pod("echo-a", "10.0.0.1")] });
  expect(await factsOf("run/echo")).toMatchObject([{ readyPods: [] }]);
});

test("an API server that does not tell gives no facts, and those of others are there all the same", async () => {
  serve("r", { services: [service("echo")] });
  lab.server.answer("GET /api/v1/namespaces/r-other/services", { status: 403, body: {} });
  expect((await factsOf("run/echo", "other/echo")).map(({ service: name }) => name)).toEqual(["run/echo"]);
});

test("nothing is read when no Service of the run is asked about", async () => {
  expect(await factsOf("default/kubernetes")).toEqual([]);
  expect(lab.server.asked).toEqual([]);
});
