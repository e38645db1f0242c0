import { expect, test } from "vitest";
import type { PathResult } from "../report/path-result.ts";
import { diagnose } from "./diagnose.ts";
import type { Way } from "./way.ts";

interface Asked {
  scenario: string;
  variant: string;
  to: PathResult["to"];
  protocol?: string;
  way: Partial<Way>;
  /** How it failed; absent for a path that passed. */
  saw?: string;
  outcome?: PathResult["outcome"];
  asExpected?: number;
  latencyMaxMs?: number;
}

const clients = ["worker", "worker2"];

function resultOf(node: string, asked: Asked): PathResult {
  const {
    scenario,
    variant,
    to,
    protocol = "tcp/http",
    way,
    saw,
    outcome = "answered",
    asExpected = 0,
    latencyMaxMs = 2,
  } = asked;
  const isWrong = saw !== undefined;
  return {
    id: `${scenario}/${way.act ?? ""}/a/${node}/client/${to.cluster}/${to.node ?? ""}/${to.name}/${variant}`,
    scenario,
    suite: scenario.split("/")[0] ?? "",
    claim: "as promised",
    group: `a -> ${to.cluster}`,
    title: `${node} asks ${to.name}`,
    from: { cluster: "a", node, name: "client" },
    to,
    protocol,
    verdict: isWrong ? "failed" : "passed",
    flap: false,
    outcome: isWrong ? outcome : "answered",
    expected: "",
    saw: saw ?? "an answer",
    way: { rung: "cluster-address", denial: false, fromNode: node, backends: [], eachBackend: false, ...way },
    attempts: { total: 6, asExpected: isWrong ? asExpected : 6 },
    timings: { totalMs: 1, latencyMaxMs },
  };
}

function causesOf(asked: Asked[]) {
  const paths = clients.flatMap((node) => asked.map((each) => resultOf(node, each)));
  return diagnose({ results: { clusters: [], paths, troubles: [] }, endpoints: [], confirmed: [] }).causes;
}

const entrance = (node: string) => ({ rung: "node-port", entrance: { cluster: "a", node } }) as const;

test("a node that tells load balancers nothing is told by its node ports, whose others answer", () => {
  const ofNode = (node: string): Asked[] => {
    const to = { cluster: "a", node, name: "node" };
    const health: Asked = { scenario: "node-port/health-check", variant: "no-backend", to, way: entrance(node) };
    return [
      { scenario: "node-port/every-node", variant: "forwards", to, way: entrance(node) },
      node === "worker2" ? { ...health, saw: "refused (ECONNREFUSED)", outcome: "refused" } : health,
    ];
  };
  expect(causesOf(clients.flatMap(ofNode)).map(({ id }) => id)).toEqual(["missing node-port/a/worker2"]);
});

test("where one of several servers is wrong and nobody can tell which, it is the DNS that is", () => {
  const each = (node: string): Asked => ({
    scenario: "service-dns/each-server",
    variant: "a-udp",
    to: { cluster: "a", node, name: "dns-server" },
    protocol: "udp/dns",
    way: { rung: "dns", looksUp: "echo.run.svc.cluster.local", dnsServer: { cluster: "a", node, name: "dns-server" } },
  });
  const [first] = causesOf([
    ...clients.map(each),
    {
      scenario: "service-dns/pod-address-names",
      variant: "a-udp",
      to: { cluster: "a", name: "1-2-3-4.run.pod.cluster.local" },
      protocol: "udp/dns",
      way: { rung: "dns", looksUp: "1-2-3-4.run.pod.cluster.local" },
      saw: "no-such-name",
      outcome: "no-such-name",
      asExpected: 3,
    },
  ]);
  expect(first).toMatchObject({
    id: "wrong dns/a",
    notToldFrom: expect.arrayContaining([
      "the DNS server dns-server on a/worker gives wrong answers",
      "the DNS server dns-server on a/worker2 gives wrong answers",
    ]),
  });
  expect(first?.confidence).not.toBe("high");
});

/** A cluster of two, whose imports are as they should be. */
const imports: Asked[] = ["exported", "withdrawn-by-all"].map((act) => ({
  scenario: act === "exported" ? "global-service-mcs/exported" : "global-service-mcs/withdrawn",
  variant: "import",
  to: { cluster: "a", name: "withdrawn" },
  protocol: "kubernetes",
  way: { rung: "api", act },
}));
const other: Asked = {
  scenario: "service-dns/name-forms",
  variant: "a-udp",
  to: { cluster: "b", name: "echo" },
  protocol: "udp/dns",
  way: { rung: "dns", looksUp: "echo.run.svc.cluster.local" },
};
const setName = "exported.run.svc.clusterset.local";

test("names of imports that nobody knows are the DNS's, when the imports are there", () => {
  const name: Asked = {
    scenario: "global-service-mcs/name",
    variant: "a-udp",
    to: { cluster: "a", name: "exported" },
    protocol: "udp/dns",
    way: { rung: "dns", looksUp: setName },
    saw: "no-such-name",
    outcome: "no-such-name",
  };
  expect(causesOf([...imports, other, name])[0]?.id).toBe("missing dns/a");
});

test("names of imports that are gone are the DNS's, when the imports are gone", () => {
  const before: Asked = {
    scenario: "global-service-mcs/withdrawn-name",
    variant: "a-udp",
    to: { cluster: "a", name: "withdrawn-name" },
    protocol: "udp/dns",
    way: { rung: "dns", looksUp: setName, act: "exported" },
  };
  const after: Asked = { ...before, way: { ...before.way, act: "withdrawn" }, saw: "an address: 10.1.2.3" };
  expect(causesOf([...imports, other, before, after])[0]?.id).toBe("stale dns/a");
});

test("a record that leads nowhere is the DNS's, also where only silence is seen of it", () => {
  const echo = { cluster: "a", name: "echo" };
  const names = { service: "run/echo", looksUp: "echo" };
  const asked: Asked[] = [
    { scenario: "services/cluster-address", variant: "http-by-address", to: echo, way: { service: "run/echo" } },
    {
      scenario: "services/name",
      variant: "http-by-name",
      to: echo,
      way: { ...names, rung: "name" },
      saw: "timeout (no SYN-ACK within 5000 ms)",
      outcome: "timeout",
    },
    {
      scenario: "service-dns/name-forms",
      variant: "short-udp",
      to: echo,
      protocol: "udp/dns",
      way: { ...names, rung: "dns" },
      saw: "A 10.1.9.9 in place of A 10.1.0.5",
    },
  ];
  expect(causesOf([...asked, other]).map(({ id }) => id)).toEqual(["wrong dns/a"]);
});

test("a server that answers late is slow, also when some look-ups give up on it", () => {
  const late = "answers that took two seconds or more to begin, as from a server that is slow: 8 of 8";
  const server = (node: string): Asked => ({
    scenario: "service-dns/each-server",
    variant: `${node}-udp`,
    to: { cluster: "a", node, name: "dns-server" },
    protocol: "udp/dns",
    way: { rung: "dns", looksUp: "echo.run.svc.cluster.local", dnsServer: { cluster: "a", node, name: "dns-server" } },
    ...(node === "worker" ? { saw: late, asExpected: 6, latencyMaxMs: 3_004 } : {}),
  });
  const form = (variant: string, saw: string): Asked => ({
    scenario: "service-dns/name-forms",
    variant,
    to: { cluster: "a", name: "echo" },
    protocol: "udp/dns",
    way: { rung: "dns", looksUp: "echo" },
    saw,
    asExpected: 3,
    latencyMaxMs: 3_004,
  });
  const gaveUp = {
    ...form("name.namespace-udp", "timeout (no reply over UDP within 5000 ms); 2 of 5"),
    outcome: "timeout",
  };
  const [first] = causesOf([...clients.map(server), form("name-udp", late), gaveUp as Asked]);
  expect(first?.id).toBe("slow dns-server/a/worker/dns-server");
});

test("answers of the other cluster that take long are late by the way between the two, however that is told", () => {
  const to = { cluster: "b", node: "worker", name: "echo" };
  const way: Asked["way"] = { rung: "pod", toNode: "worker", backends: [to], port: 8081 };
  const asked = (variant: string, saw?: string): Asked => ({
    scenario: saw === undefined ? "pod-to-pod/across-clusters" : "pod-to-pod/round-trip",
    variant,
    to,
    protocol: "tcp",
    way,
    ...(saw === undefined ? {} : { saw, asExpected: 6 }),
  });
  const late = "answers that took a second or more to begin, as after a lost packet: 4 of 15";
  const causes = causesOf([asked("tcp-small"), asked("tcp", late), asked("tcp-ipv6", "306 ms there and back")]);
  expect(causes.map(({ id, explains }) => [id, explains.length])).toEqual([["slow clusters/a<>b", 4]]);
});

test("where paths go only perhaps, nothing is told with high confidence", () => {
  const silent = "timeout (no first byte of the answer within 5000 ms)";
  const through = (name: string, urlPath: string): Asked => ({
    scenario: "ingress-paths/prefix",
    variant: urlPath,
    to: { cluster: "a", name: "nginx" },
    way: { rung: "ingress", host: "store", urlPath, backends: [{ cluster: "a", node: "worker2", name }] },
    ...(name === "watch" ? { saw: silent, outcome: "timeout" } : {}),
  });
  const pods = Array.from({ length: 40 }, (_, index): Asked => {
    const to = { cluster: "a", node: "worker2", name: `pod-${index}` };
    return { scenario: "pod-to-pod/across-nodes", variant: "http", to, way: { rung: "pod", backends: [to] } };
  });
  const paths = Array.from({ length: 6 }, (_, index) => [
    through("watch", `/w${index}`),
    through("wear", `/x${index}`),
  ]);
  const causes = causesOf([...paths.flat(), ...pods]);
  expect(causes.length).toBeGreaterThan(0);
  expect(causes.map(({ confidence }) => confidence)).not.toContain("high");
});
