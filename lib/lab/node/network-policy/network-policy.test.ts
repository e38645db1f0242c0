import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../../model.ts";
import { openScene } from "../../net/scene.ts";
import type { Question } from "../../net/scene-host.ts";
import type { Scene } from "../../net/scene.ts";

const cluster = "region-athens";
const ownNode = "region-athens-worker";
const otherNode = "region-athens-worker2";
const places = { web: ownNode, beside: ownNode, across: otherNode, mailer: otherNode, abroad: "region-hurup-worker" };
type PodName = keyof typeof places;
const homes: Partial<Record<PodName, string>> = { web: "shop", beside: "shop", across: "shop", mailer: "mail" };
/** Who asks: pods, a node and the bridge. A pod's own node is asked about apart. */
const everyone = ["abroad", "across", "beside", "mailer", "outside", otherNode];
const serviceAddress = "10.1.0.80";

let scene: Scene;
let addresses: Record<PodName, string>;

beforeAll(async () => {
  scene = await openScene("fixtures/lab/two-regions.yaml");
  const pods = await Promise.all(
    Object.entries(places).map(([name, node]) => scene.pod(node, name, [7, 53, 8080, 9090])),
  );
  addresses = Object.fromEntries(pods.map(({ name, address }) => [name, address])) as Record<PodName, string>;
  await put(namespace("shop"), namespace("mail"), ...Object.keys(homes).map((name) => pod(name as PodName)));
});

afterAll(() => scene.close());

const put = (...objects: KubeObject[]) => scene.put(cluster, objects);
const namespace = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { "kubernetes.io/metadata.name": name, ...labels } },
});
const pod = (name: PodName, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: homes[name] ?? "", uid: name, labels: { app: name, ...labels } },
  spec: { nodeName: places[name], containers: [{ ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }] }] },
  status: { phase: "Running", podIPs: [{ ip: addresses[name] }] },
});
const selects = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const applied: KubeObject[] = [];
const policy = (name: string, spec: object): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: "shop" },
  spec: { podSelector: {}, policyTypes: ["Ingress"], ...spec },
});
const apply = async (...policies: KubeObject[]) => {
  applied.push(...policies);
  await put(...policies);
};

afterEach(() => scene.put(cluster, [], applied.splice(0)));

const ask = async (from: string, to: PodName, question: Partial<Question> = {}): Promise<string> => {
  const answer = await scene.ask(from, { protocol: "tcp", address: addresses[to], port: 8080, ...question });
  return "by" in answer ? answer.by : answer.error;
};
/** Asks from each pod to each other pod that is named, `web mailer`, at the same time. */
const askAll = (pairs: string[], question: Partial<Question> = {}): Promise<string[]> =>
  Promise.all(pairs.map((pair) => ask(pair.split(" ")[0] ?? "", pair.split(" ")[1] as PodName, question)));
/** Names those of `everyone` whom a pod answers. To the others it must be silent. */
const heard = async (to: PodName, question: Partial<Question> = {}): Promise<string[]> => {
  const answers = await Promise.all(everyone.map(async (from) => ({ from, answer: await ask(from, to, question) })));
  const odd = answers.filter(({ answer }) => answer !== to && answer !== "timeout");
  if (odd.length > 0) throw new Error(JSON.stringify(odd));
  return answers.filter(({ answer }) => answer === to).map(({ from }) => from);
};

const denyAll = policy("deny-all", { policyTypes: ["Ingress", "Egress"] });

describe("without policies", () => {
  it("everyone reaches everyone", async () => {
    expect(await heard("web")).toEqual(everyone);
    expect(await heard("web", { protocol: "udp" })).toEqual(everyone);
  });
});

describe("a policy that allows nothing in", () => {
  beforeEach(() => apply(policy("deny-in", {})));

  it("silences its pods for all but their own node, on both protocols", async () => {
    expect(await Promise.all([heard("web"), heard("web", { protocol: "udp" })])).toEqual([[], []]);
    expect(await ask(ownNode, "web")).toBe("web");
    expect(await ask(ownNode, "web", { protocol: "udp" })).toBe("web");
  });

  it("leaves their own questions, and pods of other namespaces, alone", async () => {
    expect(await ask("web", "mailer")).toBe("mailer");
    expect(await ask("web", "mailer", { protocol: "udp" })).toBe("mailer");
    expect(await ask("mailer", "abroad")).toBe("abroad");
  });

  it("is over when it is deleted", async () => {
    expect(await ask("across", "web")).toBe("timeout");
    await scene.put(cluster, [], applied.splice(0));
    expect(await heard("web")).toEqual(everyone);
    const table = await scene.run(ownNode, ["nft", "list", "table", "inet", "network-policy"]);
    expect(table).not.toContain("shop");
  });
});

describe("peers", () => {
  it("are pods of the policy's own namespace by their labels, as these change, and no other cluster's", async () => {
    await apply(
      policy("allow", {
        ...selects("web"),
        ingress: [{ from: [{ podSelector: { matchLabels: { role: "friend" } } }] }],
      }),
    );
    expect(await heard("web")).toEqual([]);
    await put(pod("across", { role: "friend" }), pod("mailer", { role: "friend" }));
    expect(await heard("web")).toEqual(["across"]);
    await put(pod("across"), pod("mailer"), pod("beside", { role: "friend" }));
    expect(await heard("web")).toEqual(["beside"]);
    await put(pod("beside"));
    expect(await heard("web")).toEqual([]);
    expect(await heard("across")).toEqual(everyone);
  });

  it("are namespaces by their labels, as these change", async () => {
    await apply(
      policy("allow", {
        ...selects("web"),
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "post" } } }] }],
      }),
    );
    expect(await heard("web")).toEqual([]);
    await put(namespace("mail", { team: "post" }));
    expect(await heard("web")).toEqual(["mailer"]);
    await put(namespace("mail"), namespace("shop", { team: "post" }));
    expect(await heard("web")).toEqual(["across", "beside"]);
    await put(namespace("shop"));
  });

  it("are pods in namespaces when both are named, and either of two when they are two", async () => {
    const [app, space] = [selects("across"), inNamespace("mail")];
    await apply(policy("allow", { ...selects("web"), ingress: [{ from: [{ ...app, ...space }] }] }));
    expect(await heard("web")).toEqual([]);
    await put(policy("allow", { ...selects("web"), ingress: [{ from: [app, space] }] }));
    expect(await heard("web")).toEqual(["across", "mailer"]);
  });

  it("are all pods of the cluster by an empty namespace selector", async () => {
    await apply(policy("allow", { ...selects("web"), ingress: [{ from: [{ namespaceSelector: {} }] }] }));
    expect(await heard("web")).toEqual(["across", "beside", "mailer"]);
  });

  it("are addresses in a range but for its exceptions, of whom ever they are", async () => {
    const from = (cidr: string, ...except: string[]) =>
      policy("allow", { ...selects("web"), ingress: [{ from: [{ ipBlock: { cidr, except } }] }] });
    await apply(from("0.0.0.0/0", "10.0.0.0/8"));
    expect(await heard("web")).toEqual(["outside", otherNode]);
    await put(from("172.16.0.0/12", "172.19.0.1/32"));
    expect(await heard("web")).toEqual([otherNode]);
    await put(from("10.2.0.0/16"));
    expect(await heard("web")).toEqual(["abroad"]);
  });

  it("of several policies are allowed together", async () => {
    const allow = (name: string, peer: object) => policy(name, { ...selects("web"), ingress: [{ from: [peer] }] });
    await apply(policy("deny-in", {}), allow("one", selects("beside")), allow("two", inNamespace("mail")));
    expect(await heard("web")).toEqual(["beside", "mailer"]);
  });

  it("come and go", async () => {
    await apply(policy("allow", { ...selects("web"), ingress: [{ from: [{ podSelector: {} }] }] }));
    const { address } = await scene.pod(otherNode, "newcomer");
    const newcomer = pod("across");
    newcomer.metadata = { name: "newcomer", namespace: "shop", uid: "newcomer" };
    newcomer["status"] = { podIPs: [{ ip: address }] };
    expect(await ask("newcomer", "web")).toBe("timeout");
    await put(newcomer);
    expect(await ask("newcomer", "web")).toBe("web");
    await scene.put(cluster, [], [newcomer]);
    expect(await ask("newcomer", "web")).toBe("timeout");
    await scene.removePod("newcomer");
  });
});

describe("ports", () => {
  const allow = (...ports: object[]) => apply(policy("allow", { ...selects("web"), ingress: [{ ports }] }));
  const open = async () => {
    const asked = await Promise.all(
      [53, 8080, 9090].map((port) =>
        Promise.all(
          (["tcp", "udp"] as const).map(async (protocol) =>
            (await ask("across", "web", { protocol, port })) === "web" ? [`${protocol} ${port}`] : [],
          ),
        ),
      ),
    );
    return asked.flat(2);
  };

  it("are allowed by number and protocol", async () => {
    await allow({ protocol: "TCP", port: 8080 }, { protocol: "UDP", port: 53 });
    expect(await open()).toEqual(["udp 53", "tcp 8080"]);
  });

  it("are allowed by the name that the pod gives them", async () => {
    await allow({ protocol: "TCP", port: "http" }, { protocol: "TCP", port: "unknown" });
    expect(await open()).toEqual(["tcp 8080"]);
  });

  it("are allowed from one to another, and by protocol alone", async () => {
    await allow({ protocol: "UDP", port: 53, endPort: 8080 }, { protocol: "TCP", port: 9000, endPort: 9100 });
    expect(await open()).toEqual(["udp 53", "udp 8080", "tcp 9090"]);
    await allow({ protocol: "UDP" });
    expect(await open()).toEqual(["udp 53", "udp 8080", "udp 9090"]);
  });
});

describe("a policy for the way out", () => {
  it("lets only DNS pass, and its answers", async () => {
    const ports = [{ protocol: "UDP", port: 53 }];
    await apply(
      policy("dns-only", {
        ...selects("web"),
        policyTypes: ["Egress"],
        egress: [{ to: [inNamespace("mail")], ports }],
      }),
    );
    const answers = await Promise.all([
      askAll(["web mailer", "web across"], { protocol: "udp", port: 53 }),
      askAll(["web mailer", "web across"], { protocol: "tcp", port: 53 }),
      askAll(["web mailer", "web beside"]),
      heard("web"),
    ]);
    expect(answers).toEqual([["mailer", "timeout"], ["timeout", "timeout"], ["timeout", "timeout"], everyone]);
  });

  it("lets errors pass of what it allows", async () => {
    await apply(policy("out", { ...selects("web"), policyTypes: ["Egress"], egress: [{ to: [selects("across")] }] }));
    expect(await ask("web", "across", { protocol: "udp", port: 9 })).toBe("ECONNREFUSED");
    expect(await ask("web", "across", { port: 9 })).toBe("ECONNREFUSED");
    expect(await ask("web", "mailer", { port: 9 })).toBe("timeout");
  });

  it("finds a port's number on each pod that has its name", async () => {
    const ports = [{ protocol: "TCP", port: "http" }];
    await apply(policy("out", { ...selects("web"), policyTypes: ["Egress"], egress: [{ ports }] }));
    const answers = () =>
      Promise.all([askAll(["web across", "web mailer", "web abroad"]), askAll(["web across"], { port: 9090 })]);
    expect(await answers()).toEqual([["across", "mailer", "timeout"], ["timeout"]]);
    const other = pod("across");
    other["spec"].containers = [{ ports: [{ name: "http", containerPort: 9090, protocol: "TCP" }] }];
    await put(other);
    expect(await answers()).toEqual([["timeout", "mailer", "timeout"], ["across"]]);
    await put(pod("across"));
  });

  it("leaves a pod's own node and the pod itself within reach", async () => {
    await apply(denyAll);
    // The scene's nodes have no servers: that they refuse shows that they were asked.
    const node = { protocol: "tcp", address: "172.19.0.3", port: 8080 } as const;
    expect(await scene.ask("web", node)).toEqual({ error: "ECONNREFUSED" });
    expect(await scene.ask("web", { ...node, address: "172.19.0.4" })).toEqual({ error: "timeout" });
    expect(await ask("web", "web")).toBe("web");
  });
});

describe("a control-plane node", () => {
  it("is reached by its own pods at the API server's address too, which it passes on", async () => {
    const apiServer = "172.19.0.2";
    const manager = pod("web");
    manager.metadata = { name: "manager", namespace: "shop", uid: "manager" };
    manager["spec"] = { nodeName: "region-athens-control-plane" };
    manager["status"] = { phase: "Pending" };
    await put(manager);
    await apply(denyAll);
    await scene.pod("region-athens-control-plane", "manager");
    const call = (from: string, address: string) => scene.ask(from, { protocol: "tcp", address, port: 6443 });
    const answers = await Promise.all([
      call("manager", apiServer),
      call("manager", "172.19.0.1"),
      call("web", apiServer),
      call("mailer", apiServer),
    ]);
    // The scene has no API server, so who is let through is refused.
    const [passed, dropped] = [{ error: "ECONNREFUSED" }, { error: "timeout" }];
    expect(answers).toEqual([passed, dropped, dropped, passed]);
    await scene.put(cluster, [], [manager]);
    await scene.removePod("manager");
  });
});

describe("a node's table", () => {
  it("is written anew after somebody has deleted it", async () => {
    await scene.run(ownNode, ["nft", "delete", "table", "inet", "network-policy"]);
    await apply(denyAll);
    expect(await heard("web")).toEqual([]);
  });
});

describe("both sides", () => {
  it.each(["beside", "across"] as const)("must allow what goes from %s to a pod", async (client) => {
    const out = policy("out", { ...selects(client), policyTypes: ["Egress"], egress: [{ to: [selects("web")] }] });
    const into = policy("in", { ...selects("web"), ingress: [{ from: [selects(client)] }] });
    await apply(denyAll, out);
    expect(await ask(client, "web")).toBe("timeout");
    await scene.put(cluster, [into], [out]);
    expect(await ask(client, "web")).toBe("timeout");
    await put(out);
    applied.push(into);
    expect(await Promise.all([heard("web"), ask("web", client)])).toEqual([[client], "timeout"]);
  });
});

describe("a Service's address", () => {
  const service: KubeObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop" },
    spec: { clusterIP: serviceAddress, clusterIPs: [serviceAddress], ports: [{ port: 80, protocol: "TCP" }] },
  };
  const slice = (...names: PodName[]): KubeObject => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1", namespace: "shop", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ port: 8080, protocol: "TCP" }],
    endpoints: names.map((name) => ({
      addresses: [addresses[name]],
      nodeName: places[name],
      conditions: { ready: true },
    })),
  });
  const call = async (from: string) => {
    const answer = await scene.ask(from, { protocol: "tcp", address: serviceAddress, port: 80 });
    return "by" in answer ? answer.by : answer.error;
  };

  beforeEach(() => put(service, slice("web")));
  afterEach(() => scene.put(cluster, [], [service, slice()]));

  it("is allowed where the pod behind it is, by the pod's address and port", async () => {
    const ports = [{ protocol: "TCP", port: 8080 }];
    await apply(
      denyAll,
      policy("out", { ...selects("across"), policyTypes: ["Egress"], egress: [{ to: [selects("web")], ports }] }),
      policy("in", { ...selects("web"), ingress: [{ from: [selects("across")], ports }] }),
    );
    expect(await Promise.all(["across", "beside", "mailer"].map(call))).toEqual(["web", "timeout", "timeout"]);
    await put(slice("beside"));
    expect(await call("across")).toBe("timeout");
  });

  it("is not what an address range speaks of", async () => {
    const to = (cidr: string) =>
      policy("out", { ...selects("across"), policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr } }] }] });
    await apply(to("10.1.0.0/16"));
    expect(await call("across")).toBe("timeout");
    await put(to("10.0.0.0/16"));
    expect(await call("across")).toBe("web");
  });

  it("leads an isolated pod back to itself", async () => {
    await apply(denyAll);
    expect(await Promise.all(["web", "beside", ownNode].map(call))).toEqual(["web", "timeout", "web"]);
  });
});

describe("what was there before a policy", () => {
  it("goes on: connections, and datagram flows that were answered; new ones do not begin", async () => {
    const kept = { port: 7, kept: true };
    const flow = { protocol: "udp", sourcePort: 40_000 } as const;
    const standing = () =>
      Promise.all([
        askAll(["across web", "beside web", "web mailer"], kept),
        askAll(["across web", "web mailer"], flow),
      ]);
    const answered = [
      ["web", "web", "mailer"],
      ["web", "mailer"],
    ];
    expect(await standing()).toEqual(answered);
    await apply(denyAll);
    expect(await standing()).toEqual(answered);
    const fresh = await Promise.all([
      askAll(["across web", "beside web", "web mailer"]),
      askAll(["across web", "web mailer"], { protocol: "udp", sourcePort: 40_001 }),
    ]);
    expect(fresh.flat()).toEqual(Array.from({ length: 5 }, () => "timeout"));
  });
});

describe("a new pod", () => {
  it("is isolated before anything runs in it, and before the store knows its address", async () => {
    await apply(denyAll);
    const guarded = pod("web");
    guarded.metadata = { name: "guarded", namespace: "shop", uid: "guarded" };
    guarded["status"] = { phase: "Pending" };
    await put(guarded);
    const { address } = await scene.pod(ownNode, "guarded");
    const call = (from: string) => scene.ask(from, { protocol: "tcp", address, port: 8080 });
    const answers = await Promise.all([ask("guarded", "mailer"), call("mailer"), call("beside"), call(ownNode)]);
    expect(answers).toMatchObject(["timeout", { error: "timeout" }, { error: "timeout" }, { by: "guarded" }]);
    await scene.put(cluster, [], [guarded]);
    await scene.removePod("guarded");
  });
});
