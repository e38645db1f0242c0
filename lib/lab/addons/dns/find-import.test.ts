import { expect, test } from "vitest";
import type { ApiObject } from "../api-object.ts";
import { answerQuestion, type DnsRecord } from "./answer.ts";
import { createClusterMemory, type ClusterMemory } from "./cluster-view.ts";

const zones = { domain: "cluster.local", clusterSetDomain: "clusterset.local" };
const svc = "ns.svc.clusterset.local";

function imported(name: string, spec: object): ApiObject {
  return { metadata: { namespace: "ns", name }, spec: { ports: [{ name: "http", port: 80 }], ...spec } };
}

function slice(owner: string, cluster: string, ...endpoints: unknown[]): ApiObject {
  const labels = {
    "kubernetes.io/service-name": "derived-abc",
    "multicluster.kubernetes.io/service-name": owner,
    "multicluster.kubernetes.io/source-cluster": cluster,
  };
  const metadata = { namespace: "ns", name: `${owner}-${cluster}`, labels };
  return { metadata, addressType: "IPv4", ports: [{ name: "http", port: 8080 }], endpoints };
}

function clusterSet(): ClusterMemory {
  const memory = createClusterMemory();
  memory.replace("namespaces", [{ metadata: { name: "ns" } }]);
  memory.replace("serviceimports", [
    imported("web", { type: "ClusterSetIP", ips: ["10.1.0.40"] }),
    imported("db", { type: "Headless" }),
    imported("idle", { type: "Headless" }),
  ]);
  memory.replace("endpointslices", [
    slice("web", "athens", { addresses: ["10.0.1.4"] }),
    slice("db", "athens", { addresses: ["10.0.1.5"], hostname: "first" }, { addresses: ["10.0.1.6"] }),
    slice("db", "hurup", { addresses: ["10.2.1.5"], hostname: "first" }),
    slice("idle", "hurup", { addresses: ["10.2.1.9"], conditions: { ready: false } }),
  ]);
  return memory;
}

function ask(name: string, type: string, memory = clusterSet()) {
  const { rcode, answers } = answerQuestion(memory, zones, { name, type });
  return { rcode, answers: answers.map(line) };
}

function line({ data }: DnsRecord): string {
  if (typeof data === "string") return data;
  return "target" in data ? `${data.port} ${data.target}` : "start";
}

/** @see https://github.com/kubernetes/enhancements/blob/master/keps/sig-multicluster/1645-multi-cluster-services-api/specification.md */
test.for<[string, string, string, string[]]>([
  ["an imported Service", `web.${svc}`, "A", ["10.1.0.40"]],
  ["its port", `_http._tcp.web.${svc}`, "SRV", [`80 web.${svc}`]],
  ["any case", `WEB.${svc.toUpperCase()}`, "A", ["10.1.0.40"]],
  ["a headless one, in all clusters", `db.${svc}`, "A", ["10.0.1.5", "10.0.1.6", "10.2.1.5"]],
  ["an endpoint by host name and cluster", `first.hurup.db.${svc}`, "A", ["10.2.1.5"]],
  ["an endpoint by address and cluster", `10-0-1-6.athens.db.${svc}`, "A", ["10.0.1.6"]],
  [
    "the ports of its endpoints",
    `_http._tcp.db.${svc}`,
    "SRV",
    [`8080 first.athens.db.${svc}`, `8080 10-0-1-6.athens.db.${svc}`, `8080 first.hurup.db.${svc}`],
  ],
])("%s has a record", ([, name, type, answers]) => {
  expect(ask(name, type)).toEqual({ rcode: "NOERROR", answers });
});

test.for([
  ["a Service that is not imported", `nobody.${svc}`],
  ["a namespace that is not there", "web.none.svc.clusterset.local"],
  ["a cluster of a headless one", `hurup.db.${svc}`],
  ["an endpoint of another cluster", `10-0-1-6.hurup.db.${svc}`],
  ["an endpoint without its cluster", `first.db.${svc}`],
  ["a headless one without ready endpoints", `idle.${svc}`],
  ["a pod's address", "10-0-1-6.ns.pod.clusterset.local"],
  ["too many labels", `a.b.c.web.${svc}`],
  ["a port that it does not have", `_other._tcp.web.${svc}`],
])("%s has no name", ([, name = ""]) => {
  expect(ask(name, "A")).toEqual({ rcode: "NXDOMAIN", answers: [] });
});

test("names on the way to a Service exist without records", () => {
  for (const name of ["clusterset.local", "svc.clusterset.local", svc]) {
    expect(ask(name, "A")).toEqual({ rcode: "NOERROR", answers: [] });
  }
  expect(ask("clusterset.local", "SOA")).toEqual({ rcode: "NOERROR", answers: ["start"] });
});

test("what is no longer imported is forgotten", () => {
  const memory = clusterSet();
  memory.remove("endpointslices", slice("db", "hurup"));
  expect(ask(`db.${svc}`, "A", memory).answers).toEqual(["10.0.1.5", "10.0.1.6"]);
  memory.remove("serviceimports", imported("db", {}));
  expect(ask(`db.${svc}`, "A", memory).rcode).toBe("NXDOMAIN");
  memory.replace("serviceimports", []);
  expect(ask(`web.${svc}`, "A", memory).rcode).toBe("NXDOMAIN");
});

test("a cluster that is in no set of clusters knows no such names", () => {
  const { domain } = zones;
  expect(answerQuestion(clusterSet(), { domain }, { name: `web.${svc}`, type: "A" }).rcode).toBe("SERVFAIL");
});
