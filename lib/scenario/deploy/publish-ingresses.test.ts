import { afterAll, beforeEach, expect, test } from "vitest";
import { openTestCluster } from "../../cluster/test-cluster.ts";
import { keepIngresses } from "./ingresses.ts";
import { outside } from "../place.ts";
import { publishIngresses } from "./publish-ingresses.ts";
import { viewIngresses } from "./view-ingresses.ts";
import { type LiveFacts, viewCluster } from "../world.ts";

const { server, cluster, ...opened } = await openTestCluster();
afterAll(() => opened[Symbol.asyncDispose]());

const namespace = "meshgate-r1";
const live: LiveFacts = {
  namespaces: { run: namespace, other: "o", host: "h" },
  pods: new Map(),
  services: new Map(),
  domains: new Map(),
  takenNodePorts: new Map(),
  takenAway: new Set(),
};
const site = {
  isFirst: true,
  cluster,
  values: {
    namespace,
    otherNamespace: "o",
    hostNamespace: "h",
    runId: "r1",
    clusterName: cluster.context,
    nodes: ["worker"],
    agentScript: "",
  },
};
const file = "ingress-store.yaml";
const ingressNames = ["store", "store-default", "store-secure"];
const paths = {
  ingress: (name: string) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}-nginx`,
  secret: (name: string) => `/api/v1/namespaces/${namespace}/secrets/${name}-nginx`,
};

/** Plays an API server that stores what is applied and shows these addresses in each Ingress. */
function play(hosts: string[], ingressStatus = 200): void {
  const stored = (status: number) => () => ({
    status,
    body: { metadata: {}, kind: "Status", code: status, message: "no" },
  });
  for (const name of ["secure", "safe"]) server.answer(`PATCH ${paths.secret(name)}`, stored(200));
  for (const name of ingressNames) {
    server.answer(`PATCH ${paths.ingress(name)}`, stored(ingressStatus));
    server.answer(`GET ${paths.ingress(name)}`, {
      status: 200,
      body: { metadata: { name }, status: { loadBalancer: { ingress: hosts.map((ip) => ({ ip })) } } },
    });
  }
}

beforeEach(() => {
  server.asked.length = 0;
  for (const path of ["/api/v1/services", "/api/v1/nodes"])
    server.answer(`GET ${path}`, { status: 200, body: { items: [] } });
});

async function published(limitMs = 0) {
  const ingresses = keepIngresses([[cluster.context, [{ name: "nginx", controller: "k8s.io/x", labels: {} }]]]);
  const options = { live, limitMs, signal: new AbortController().signal };
  const publish = () => publishIngresses(file, site, ingresses, options);
  await Promise.all([publish(), publish()]);
  await publish();
  const [view] = viewIngresses(
    [viewCluster(cluster.context, [], [], live)],
    ingresses,
    namespace,
  )(viewCluster(cluster.context, [], [], live));
  if (!view) throw new Error("no view");
  return view;
}

test("Ingresses are made once, and lead to the address that they show", async () => {
  play(["172.19.255.1"]);
  const view = await published();
  expect(view.entranceFor(outside)).toEqual({ host: "172.19.255.1", http: 80, https: 443 });
  expect(view.fingerprint("secure")).toMatch(/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/);
  expect(view.fingerprint("secure")).not.toBe(view.fingerprint("safe"));
  const applied = server.asked.filter(({ method }) => method === "PATCH").map(({ path }) => path);
  expect(applied.toSorted()).toEqual(
    [...["secure", "safe"].map(paths.secret), ...ingressNames.map(paths.ingress)].toSorted(),
  );
});

test("an Ingress that shows no address within the limit leads nowhere", async () => {
  play([]);
  const view = await published();
  expect(() => view.entranceFor(outside)).toThrow(
    "the Ingresses of test cluster/nginx publish no address that runner could ask, and no Service of its controller is found",
  );
  expect(view.isToldByService).toBe(false);
});

test("an Ingress that is refused leads nowhere, and that is why", async () => {
  play([], 422);
  const view = await published();
  expect(() => view.entranceFor(outside)).toThrow(/PATCH .*ingresses.*: /);
  expect(() => view.isToldByService).toThrow(/PATCH .*ingresses.*: /);
});
