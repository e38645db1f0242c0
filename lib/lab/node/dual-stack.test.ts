import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../model.ts";
import { openScene } from "../net/scene.ts";
import type { Question } from "../net/scene-host.ts";
import type { Scene } from "../net/scene.ts";
import { hasIpv6 } from "../requirements.ts";

const cluster = "region-athens";
const places = {
  one: "region-athens-worker",
  two: "region-athens-worker",
  three: "region-athens-worker2",
  abroad: "region-hurup-worker",
} as const;
type PodName = keyof typeof places;
const node = { control: "fd00:19::2", worker: "fd00:19::3", worker2: "fd00:19::4", abroad: "fd00:19::6" };
const bridge = "fd00:19::1";
const address = "fd00:10:1::80";
const balanced = "fd00:19::ff:1";
const nodePort = 30_080;
const checkPort = 30_090;
const refused = { error: "ECONNREFUSED" };
const silence = { error: "timeout" };

// A kernel may have no IPv6.
describe.skipIf(!hasIpv6())("a lab of both families", () => {
  let scene: Scene;
  let addresses: Record<PodName, string>;

  beforeAll(async () => {
    scene = await openScene("fixtures/lab/dual-stack.yaml");
    const names = Object.keys(places) as PodName[];
    const pods = await Promise.all(names.map((name) => scene.pod(places[name], name)));
    addresses = Object.fromEntries(pods.map((pod) => [pod.name, pod.addresses[1]])) as Record<PodName, string>;
  });

  afterAll(() => scene.close());

  // The kernel's own choice of ports is above these; none is used twice.
  let lastPort = 10_000;
  const ask = (from: string, to: string, port: number, more: Partial<Question> = {}) => {
    lastPort += 1;
    const own = more.protocol === "udp" ? { sourcePort: lastPort } : {};
    return scene.ask(from, { protocol: "tcp", address: to, port, ...own, ...more });
  };
  const who = async (from: string, to: string, port: number, protocol: "tcp" | "udp" = "tcp") => {
    // By chance alone, one of three is left out of 60 less than once in ten thousand million times.
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask(from, to, port, { protocol })));
    return [...new Set(answers.map((answer) => ("by" in answer ? answer.by : answer.error)))].toSorted();
  };

  describe("pods", () => {
    const pairs = [
      ["one", "two"],
      ["one", "three"],
      ["three", "one"],
      ["one", "abroad"],
      ["abroad", "three"],
    ] as const;

    it.each(pairs)("%s reaches %s over IPv6, which sees the pod's own address", async (from, to) => {
      for (const protocol of ["tcp", "udp"] as const) {
        expect(await ask(from, addresses[to], 8080, { protocol })).toEqual({ by: to, saw: addresses[from] });
      }
    });

    it("are reached by nodes and the bridge, and reach nodes", async () => {
      expect(await ask("region-athens-worker", addresses.one, 8080)).toEqual({ by: "one", saw: node.worker });
      expect(await ask("region-hurup-control-plane", addresses.one, 8080)).toEqual({ by: "one", saw: "fd00:19::5" });
      expect(await ask("outside", addresses.abroad, 8080)).toEqual({ by: "abroad", saw: bridge });
      await scene.host("region-athens-control-plane", "guest", [8081]);
      for (const from of ["one", "abroad"] as const) {
        expect(await ask(from, node.control, 8081)).toEqual({ by: "guest", saw: addresses[from] });
      }
    });

    it("are refused where nobody listens, every time", async () => {
      const asked = Array.from({ length: 20 }, () => ask("one", addresses.abroad, 9, { protocol: "udp" }));
      expect(await Promise.all(asked)).toEqual(asked.map(() => refused));
      expect(await ask("one", addresses.abroad, 9)).toEqual(refused);
    });

    it("leave addresses that are unreachable when they are gone", async () => {
      const gone = await scene.pod("region-hurup-worker", "gone");
      const [, left = ""] = gone.addresses;
      expect(await ask("one", left, 8080)).toMatchObject({ by: "gone" });
      await scene.removePod("gone");
      // The first refusal comes while the kernel still holds the socket, so it is the second packet that counts.
      expect(await ask("one", left, 8080, { silentForMs: 5000 })).toEqual({ error: "ENETUNREACH" });
      const next = await scene.pod("region-hurup-worker", "next");
      expect(next.addresses).not.toContain(left);
    });
  });

  const ports = ["TCP", "UDP"].map((protocol) => ({ name: protocol, port: 80, nodePort, protocol }));

  const service = (spec: Record<string, unknown> = {}): KubeObject => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "echo", namespace: "shop" },
    spec: { type: "LoadBalancer", clusterIP: "10.1.0.80", clusterIPs: ["10.1.0.80", address], ports, ...spec },
    status: { loadBalancer: { ingress: [{ ip: "172.19.255.1" }, { ip: balanced }] } },
  });

  const slice = (names: PodName[]): KubeObject => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "echo-six", namespace: "shop", labels: { "kubernetes.io/service-name": "echo" } },
    addressType: "IPv6",
    ports: ["TCP", "UDP"].map((protocol) => ({ name: protocol, port: 8080, protocol })),
    endpoints: names.map((name) => ({
      addresses: [addresses[name]],
      nodeName: places[name],
      conditions: { ready: true, serving: true, terminating: false },
    })),
  });

  const pool: KubeObject[] = [
    ...["worker", "worker2"].map((name) => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: `region-athens-${name}`, namespace: "", labels: {} },
      status: { conditions: [{ type: "Ready", status: "True" }] },
    })),
    {
      apiVersion: "metallb.io/v1beta1",
      kind: "IPAddressPool",
      metadata: { name: "pool", namespace: "metallb-system" },
      spec: { addresses: ["172.19.255.1-172.19.255.9", "fd00:19::ff:1-fd00:19::ff:9"] },
    },
    {
      apiVersion: "metallb.io/v1beta1",
      kind: "L2Advertisement",
      metadata: { name: "pool", namespace: "metallb-system" },
      spec: {},
    },
  ];

  const put = (...objects: KubeObject[]) => scene.put(cluster, objects);

  describe("a Service with both families", () => {
    beforeEach(() => put(...pool, service(), slice(["one", "two", "three"])));

    afterEach(() => scene.put(cluster, [], [service(), slice([])]));

    it.each(["tcp", "udp"] as const)("leads to every endpoint over %s, from pods and from nodes", async (protocol) => {
      expect(await who("one", address, 80, protocol)).toEqual(["one", "three", "two"]);
      expect(await who("region-athens-worker2", address, 80, protocol)).toEqual(["one", "three", "two"]);
    });

    it("keeps the client pod's address, and masquerades a pod that is given itself", async () => {
      await put(slice(["three"]));
      expect(await ask("one", address, 80)).toEqual({ by: "three", saw: addresses.one });
      await put(slice(["one"]));
      expect(await ask("one", address, 80)).toEqual({ by: "one", saw: node.worker });
    });

    it("refuses ports that it does not have, and without endpoints all; is silent where no Service is", async () => {
      expect(await ask("one", address, 81)).toEqual(refused);
      expect(await ask("one", "fd00:10:1::81", 80)).toEqual(silence);
      await put(slice([]));
      for (const from of ["one", "region-athens-worker"]) {
        expect(await who(from, address, 80)).toEqual(["ECONNREFUSED"]);
        expect(await who(from, address, 80, "udp")).toEqual(["ECONNREFUSED"]);
      }
    });

    it("has no endpoints of one family for the other", async () => {
      expect(await ask("one", "10.1.0.80", 80)).toEqual(refused);
    });

    it("loses a datagram flow to other endpoints for the price of one datagram", async () => {
      const flow = () => ask("two", address, 80, { protocol: "udp", sourcePort: 9000 });
      await put(slice(["one"]));
      expect(await flow()).toMatchObject({ by: "one" });
      await put(slice(["three"]));
      expect(await flow()).toEqual(silence);
      expect(await flow()).toEqual({ by: "three", saw: addresses.two });
    });

    it("keeps a client with its endpoint when asked to", async () => {
      await put(service({ sessionAffinity: "ClientIP" }));
      expect(await who("two", address, 80)).toHaveLength(1);
    });

    it("keeps to the node under an internal Local policy", async () => {
      await put(service({ internalTrafficPolicy: "Local" }), slice(["one"]));
      expect(await who("two", address, 80)).toEqual(["one"]);
      expect(await ask("three", address, 80)).toEqual(silence);
    });

    it("has its node port at the nodes' addresses of the family", async () => {
      for (const at of [node.control, node.worker, node.worker2]) {
        for (const protocol of ["tcp", "udp"] as const) {
          expect(await who("outside", at, nodePort, protocol)).toEqual(["one", "three", "two"]);
          expect(await ask("abroad", at, nodePort, { protocol })).toMatchObject({ saw: at });
        }
        expect(await ask("outside", at, nodePort + 1)).toEqual(refused);
      }
      expect(await ask("outside", node.abroad, nodePort)).toEqual(refused);
    });

    it("keeps clients' addresses under an external Local policy, and tells load balancers where", async () => {
      await put(service({ externalTrafficPolicy: "Local", healthCheckNodePort: checkPort }), slice(["three"]));
      expect(await ask("outside", node.worker2, nodePort)).toEqual({ by: "three", saw: bridge });
      expect(await ask("outside", node.worker, nodePort)).toEqual(silence);
      expect(await ask("one", node.worker, nodePort)).toEqual({ by: "three", saw: addresses.one });
      const script = `fetch(process.argv[1]).then(async (r) => console.log(r.status, (await r.json()).localEndpoints))`;
      const health = async (at: string) =>
        (await scene.run(places.one, ["node", "-e", script, `http://[${at}]:${checkPort}/`])).trim();
      expect([await health(node.worker), await health(node.worker2)]).toEqual(["503 0", "200 1"]);
    });

    it("is reached at its load balancer's address", async () => {
      for (const protocol of ["tcp", "udp"] as const) {
        expect(await who("outside", balanced, 80, protocol)).toEqual(["one", "three", "two"]);
        expect(await who("abroad", balanced, 80, protocol)).toEqual(["one", "three", "two"]);
      }
      await put(service({ loadBalancerSourceRanges: ["fd00:12::/56"] }));
      expect(await ask("outside", balanced, 80)).toEqual(silence);
      expect(await ask("abroad", balanced, 80)).toMatchObject({ by: expect.any(String) });
    });

    it("takes its load balancer's address to the node that has an endpoint", async () => {
      for (const name of ["one", "three", "one"] as const) {
        await put(service({ externalTrafficPolicy: "Local" }), slice([name]));
        expect(await ask("outside", balanced, 80)).toEqual({ by: name, saw: bridge });
      }
      await put(slice([]));
      expect(await ask("outside", balanced, 80, { protocol: "udp" })).toMatchObject({ error: expect.any(String) });
    });
  });

  describe("a network policy", () => {
    const pod = (name: PodName): KubeObject => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "shop", uid: name, labels: { app: name } },
      spec: { nodeName: places[name], containers: [{ name: "main" }] },
      status: { phase: "Running", podIPs: [{ ip: addresses[name] }] },
    });
    const policy = (spec: Record<string, unknown>): KubeObject => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "only", namespace: "shop" },
      spec: { podSelector: { matchLabels: { app: "one" } }, policyTypes: ["Ingress"], ...spec },
    });
    const asked = async () => {
      const from = ["two", "three", "abroad"] as const;
      const answers = await Promise.all(from.map((name) => ask(name, addresses.one, 8080)));
      return Object.fromEntries(from.map((name, index) => [name, "by" in answers[index]!]));
    };

    beforeEach(() => put(...(["one", "two", "three"] as const).map(pod)));

    afterEach(() => scene.put(cluster, [], [policy({})]));

    it("holds over IPv6, from the own node, other nodes and other clusters", async () => {
      expect(await asked()).toEqual({ two: true, three: true, abroad: true });
      await put(policy({}));
      expect(await asked()).toEqual({ two: false, three: false, abroad: false });
      await put(policy({ ingress: [{ from: [{ podSelector: { matchLabels: { app: "three" } } }] }] }));
      expect(await asked()).toEqual({ two: false, three: true, abroad: false });
      await put(
        policy({ ingress: [{ from: [{ ipBlock: { cidr: "fd00:10::/32", except: [`${addresses.two}/128`] } }] }] }),
      );
      expect(await asked()).toEqual({ two: false, three: true, abroad: false });
      await put(policy({ ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] }));
      expect(await asked()).toEqual({ two: false, three: false, abroad: false });
    });

    it("does not keep a pod from its own node, nor the node from it", async () => {
      await put(policy({}));
      expect(await ask("region-athens-worker", addresses.one, 8080)).toMatchObject({ by: "one" });
    });
  });
});
