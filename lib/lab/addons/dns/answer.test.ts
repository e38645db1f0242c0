import { expect, test } from "vitest";
import { answerQuestion, type DnsRecord } from "./answer.ts";
import type { ApiObject } from "../api-object.ts";
import { createClusterMemory, type ClusterMemory } from "./cluster-view.ts";

const domain = "cluster.local";

function service(namespace: string, name: string, spec: object): ApiObject {
  return { metadata: { namespace, name }, spec: { type: "ClusterIP", ...spec } };
}

function slice(namespace: string, owner: string, ports: unknown, ...endpoints: unknown[]): ApiObject {
  const metadata = { namespace, name: `${owner}-1`, labels: { "kubernetes.io/service-name": owner } };
  return { metadata, addressType: "IPv4", ports, endpoints };
}

const at = (address: string, ready?: boolean, hostname?: string) => ({
  addresses: [address],
  conditions: ready === undefined ? {} : { ready },
  ...(hostname !== undefined && { hostname }),
});

function cluster(): ClusterMemory {
  const memory = createClusterMemory();
  const http = { name: "http", protocol: "TCP", port: 80 };
  memory.replace(
    "namespaces",
    ["default", "kube-system", "ns", "bare"].map((name) => ({ metadata: { name } })),
  );
  memory.replace("services", [
    service("default", "kubernetes", { clusterIP: "10.1.0.1", ports: [{ name: "https", port: 443 }] }),
    service("kube-system", "kube-dns", { clusterIP: "10.1.0.10", ports: [{ name: "dns", protocol: "UDP", port: 53 }] }),
    service("ns", "web", {
      clusterIP: "10.1.0.20",
      clusterIPs: ["10.1.0.20"],
      ports: [http, { name: "admin", port: 9000 }, { port: 7 }],
    }),
    service("ns", "db", { clusterIP: "None", clusterIPs: ["None"], ports: [http] }),
    service("ns", "portless", { clusterIP: "None" }),
    service("ns", "idle", { clusterIP: "None", ports: [http] }),
    service("ns", "away", { type: "ExternalName", externalName: "www.example.org." }),
    service("ns", "alias", { type: "ExternalName", externalName: "web.ns.svc.cluster.local" }),
    service("ns", "alias-of-alias", { type: "ExternalName", externalName: "alias.ns.svc.cluster.local" }),
    service("ns", "dangling", { type: "ExternalName", externalName: "nobody.ns.svc.cluster.local" }),
    service("ns", "circle", { type: "ExternalName", externalName: "circle.ns.svc.cluster.local" }),
    service("ns", "literal", { type: "ExternalName", externalName: "192.0.2.1" }),
  ]);
  memory.replace("endpointslices", [
    slice("ns", "web", [{ name: "http", port: 8080 }], at("10.0.1.5", true)),
    slice(
      "ns",
      "db",
      [{ name: "http", port: 8080 }],
      at("10.0.1.5"),
      at("10.0.2.6", true, "Second"),
      at("10.0.2.7", false),
    ),
    slice("ns", "portless", null, at("10.0.3.1", true)),
    slice("ns", "idle", [{ name: "http", port: 8080 }], at("10.0.3.2", false)),
  ]);
  return memory;
}

const line = ({ name, type, data }: DnsRecord): string => {
  if (typeof data === "string") return `${name} ${type} ${data}`;
  return "target" in data ? `${name} ${type} ${data.weight} ${data.port} ${data.target}` : `${name} ${type}`;
};

function ask(name: string, type: string) {
  const { rcode, answers, authorities, additionals } = answerQuestion(cluster(), { domain }, { name, type });
  return { rcode, answers: answers.map(line), authorities: authorities.map(line), additionals: additionals.map(line) };
}

const svc = "svc.cluster.local";

test.for([
  ["a Service", `web.ns.${svc}`, "A", ["10.1.0.20"]],
  ["the API server", `kubernetes.default.${svc}`, "A", ["10.1.0.1"]],
  ["a headless Service, ready endpoints only", `db.ns.${svc}`, "A", ["10.0.1.5", "10.0.2.6"]],
  ["a headless Service without ports", `portless.ns.${svc}`, "A", ["10.0.3.1"]],
  ["an endpoint by its host name", `second.db.ns.${svc}`, "A", ["10.0.2.6"]],
  ["an endpoint by its address", `10-0-1-5.db.ns.${svc}`, "A", ["10.0.1.5"]],
  ["an endpoint of a Service with an address", `10-0-1-5.web.ns.${svc}`, "A", ["10.0.1.5"]],
  ["a Service's port", `_http._tcp.web.ns.${svc}`, "A", ["10.1.0.20"]],
  ["any pod address", "10-9-8-7.ns.pod.cluster.local", "A", ["10.9.8.7"]],
  ["the name server", "ns.dns.cluster.local", "A", ["10.1.0.10"]],
  ["the schema's version", "dns-version.cluster.local", "TXT", ["1.1.0"]],
  ["a Service's address", "20.0.1.10.in-addr.arpa", "PTR", [`web.ns.${svc}`]],
  [
    "an endpoint's address, for every Service",
    "5.1.0.10.in-addr.arpa",
    "PTR",
    [`10-0-1-5.web.ns.${svc}`, `10-0-1-5.db.ns.${svc}`],
  ],
  ["an endpoint's address, by its host name", "6.2.0.10.in-addr.arpa", "PTR", [`second.db.ns.${svc}`]],
  ["an alias", `away.ns.${svc}`, "CNAME", ["www.example.org"]],
] as const)("%s has a record", ([, name, type, data]) => {
  const answers = data.map((each) => `${name} ${type} ${each}`);
  expect(ask(name, type)).toEqual({ rcode: "NOERROR", answers, authorities: [], additionals: [] });
});

test.for([
  ["IPv6", `web.ns.${svc}`, "AAAA"],
  ["IPv6 of the API server", `kubernetes.default.${svc}`, "AAAA"],
  ["IPv6 of a headless Service", `db.ns.${svc}`, "AAAA"],
  ["an unknown type", `web.ns.${svc}`, "UNKNOWN_65"],
  ["text of a Service", `web.ns.${svc}`, "TXT"],
  ["the address of a version", "dns-version.cluster.local", "A"],
  ["the domain", domain, "A"],
  ["the branch of Services", svc, "A"],
  ["the branch of pods", "pod.cluster.local", "A"],
  ["a namespace", `ns.${svc}`, "A"],
  ["a namespace without Services", `bare.${svc}`, "A"],
  ["a namespace of pods", "ns.pod.cluster.local", "A"],
  ["ports of a Service without ports", `portless.ns.${svc}`, "SRV"],
  ["ports of an alias", `away.ns.${svc}`, "SRV"],
  ["another type at an address", "20.0.1.10.in-addr.arpa", "A"],
] as const)("%s has no data, and the name exists", ([, name, type]) => {
  const zone = name.endsWith("arpa") ? "in-addr.arpa" : domain;
  expect(ask(name, type)).toEqual({ rcode: "NOERROR", answers: [], authorities: [`${zone} SOA`], additionals: [] });
});

test.for([
  ["a Service that is not there", `nobody.ns.${svc}`, "A"],
  ["a namespace that is not there", `web.nowhere.${svc}`, "A"],
  ["an empty namespace that is not there", `nowhere.${svc}`, "A"],
  ["a headless Service without ready endpoints", `idle.ns.${svc}`, "A"],
  ["an endpoint that is not ready", `10-0-2-7.db.ns.${svc}`, "A"],
  ["a port that is not there", `_ftp._tcp.web.ns.${svc}`, "SRV"],
  ["a port of another protocol", `_http._udp.web.ns.${svc}`, "SRV"],
  ["a name that is too deep", `a.b.c.web.ns.${svc}`, "A"],
  ["a pod's address in a namespace that is not there", "10-0-1-5.nowhere.pod.cluster.local", "A"],
  ["a pod's name that is no address", "web.ns.pod.cluster.local", "A"],
  ["an alias of an address", `literal.ns.${svc}`, "A"],
  ["an endpoint of an alias", `x.away.ns.${svc}`, "A"],
  ["something else", "example.cluster.local", "A"],
  ["a search domain's leftovers", `example.org.ns.${svc}`, "A"],
  ["an address that nobody has", "1.2.3.10.in-addr.arpa", "PTR"],
  ["half an address", "3.10.in-addr.arpa", "PTR"],
] as const)("%s does not exist", ([, name, type]) => {
  const zone = name.endsWith("arpa") ? "in-addr.arpa" : domain;
  expect(ask(name, type)).toEqual({ rcode: "NXDOMAIN", answers: [], authorities: [`${zone} SOA`], additionals: [] });
});

test.for(["example.org", "cluster.local.example.org", "notcluster.local", ""])("nobody can be asked for %j", (name) => {
  expect(ask(name, "A")).toEqual({ rcode: "SERVFAIL", answers: [], authorities: [], additionals: [] });
});

test("a named port of a Service is one SRV record with the Service's address beside it", () => {
  const name = `_http._tcp.web.ns.${svc}`;
  expect(ask(name, "SRV")).toEqual({
    rcode: "NOERROR",
    answers: [`${name} SRV 100 80 web.ns.${svc}`],
    authorities: [],
    additionals: [`web.ns.${svc} A 10.1.0.20`],
  });
});

test("a named port of a headless Service is a SRV record for each ready endpoint, with the pods' port", () => {
  const name = `_http._tcp.db.ns.${svc}`;
  expect(ask(name, "SRV")).toEqual({
    rcode: "NOERROR",
    answers: [`${name} SRV 50 8080 10-0-1-5.db.ns.${svc}`, `${name} SRV 50 8080 second.db.ns.${svc}`],
    authorities: [],
    additionals: [`10-0-1-5.db.ns.${svc} A 10.0.1.5`, `second.db.ns.${svc} A 10.0.2.6`],
  });
});

test("a SRV question for a Service's own name lists all ports", () => {
  const { answers } = ask(`web.ns.${svc}`, "SRV");
  expect(answers.map((each) => each.split(" ")[3])).toEqual(["80", "9000", "7"]);
});

test("an alias inside the cluster is followed", () => {
  expect(ask(`alias.ns.${svc}`, "A").answers).toEqual([
    `alias.ns.${svc} CNAME web.ns.${svc}`,
    `web.ns.${svc} A 10.1.0.20`,
  ]);
  expect(ask(`alias-of-alias.ns.${svc}`, "A").answers).toEqual([
    `alias-of-alias.ns.${svc} CNAME alias.ns.${svc}`,
    `alias.ns.${svc} CNAME web.ns.${svc}`,
    `web.ns.${svc} A 10.1.0.20`,
  ]);
});

test.for([
  ["out of the cluster", "away", "A", "www.example.org"],
  ["to nobody", "dangling", "A", `nobody.ns.${svc}`],
  ["to a name without IPv6", "alias", "AAAA", `web.ns.${svc}`],
] as const)("an alias %s is all there is", ([, name, type, target]) => {
  expect(ask(`${name}.ns.${svc}`, type)).toEqual({
    rcode: "NOERROR",
    answers: [`${name}.ns.${svc} CNAME ${target}`],
    authorities: ["cluster.local SOA"],
    additionals: [],
  });
});

test("an alias of itself comes to an end", () => {
  const { answers } = ask(`circle.ns.${svc}`, "A");
  expect(answers).toHaveLength(8);
});

test("names match in any case, and answers keep the question's spelling", () => {
  expect(ask(`WEB.Ns.${svc.toUpperCase()}.`, "A").answers).toEqual([`WEB.Ns.${svc.toUpperCase()}. A 10.1.0.20`]);
  expect(ask(`SECOND.db.ns.${svc}`, "A").answers).toEqual([`SECOND.db.ns.${svc} A 10.0.2.6`]);
});

test("the domain has a start of authority and a name server", () => {
  expect(ask(domain, "SOA").answers).toEqual(["cluster.local SOA"]);
  expect(ask(domain, "NS")).toMatchObject({
    answers: ["cluster.local NS ns.dns.cluster.local"],
    additionals: ["ns.dns.cluster.local A 10.1.0.10"],
  });
});

test("answers and refusals live for thirty seconds", () => {
  const view = cluster();
  const [address] = answerQuestion(view, { domain }, { name: `web.ns.${svc}`, type: "A" }).answers;
  expect(address!.ttl).toBe(30);
  const [start] = answerQuestion(view, { domain }, { name: `nobody.ns.${svc}`, type: "A" }).authorities;
  expect(start).toEqual({
    name: domain,
    ttl: 30,
    type: "SOA",
    data: {
      mname: "ns.dns.cluster.local",
      rname: "hostmaster.cluster.local",
      serial: view.serial(),
      refresh: 7200,
      retry: 1800,
      expire: 86_400,
      minimum: 30,
    },
  });
});

test("what is removed is forgotten", () => {
  const memory = cluster();
  const answers = (name: string) => answerQuestion(memory, { domain }, { name: `${name}.ns.${svc}`, type: "A" });
  const before = memory.serial();
  memory.remove("endpointslices", slice("ns", "db", []));
  expect(answers("db").rcode).toBe("NXDOMAIN");
  memory.remove("services", service("ns", "web", {}));
  expect(answers("web").rcode).toBe("NXDOMAIN");
  memory.remove("namespaces", { metadata: { name: "ns" } });
  expect(answerQuestion(memory, { domain }, { name: `ns.${svc}`, type: "A" }).rcode).toBe("NXDOMAIN");
  expect(memory.serial()).toBeGreaterThan(before);
});

test("a Service of both families has an address of each, by type", () => {
  const memory = cluster();
  memory.put(
    "services",
    service("ns", "both", { clusterIPs: ["10.1.0.30", "fd00:11::30"], ports: [{ name: "http", port: 80 }] }),
  );
  const answer = (name: string, type: string) => {
    const { rcode, answers, additionals } = answerQuestion(memory, { domain }, { name, type });
    return [rcode, ...answers.map(line), ...additionals.map(line)];
  };
  const name = `both.ns.${svc}`;
  expect(answer(name, "A")).toEqual(["NOERROR", `${name} A 10.1.0.30`]);
  expect(answer(name, "AAAA")).toEqual(["NOERROR", `${name} AAAA fd00:11::30`]);
  expect(answer(`_http._tcp.${name}`, "SRV")).toEqual([
    "NOERROR",
    `_http._tcp.${name} SRV 100 80 ${name}`,
    `${name} A 10.1.0.30`,
    `${name} AAAA fd00:11::30`,
  ]);
  const reverse = `0.3.${"0.".repeat(22)}1.1.0.0.0.0.d.f.ip6.arpa`;
  expect(answer(reverse, "PTR")).toEqual(["NOERROR", `${reverse} PTR ${name}`]);
  expect(answer(reverse.slice(2), "PTR")).toEqual(["NXDOMAIN"]);
  expect(answer(`web.ns.${svc}`, "AAAA")).toEqual(["NOERROR"]);
});

test("a headless Service of both families has each endpoint by both", () => {
  const memory = cluster();
  const second = slice(
    "ns",
    "db",
    [{ name: "http", port: 8080 }],
    at("fd00:10::1:6", true, "Second"),
    at("fd00:10::7"),
  );
  memory.put("endpointslices", { ...second, metadata: { ...second.metadata, name: "db-2" }, addressType: "IPv6" });
  const ask6 = (name: string, type = "AAAA") => answerQuestion(memory, { domain }, { name, type }).answers.map(line);
  const name = `db.ns.${svc}`;
  expect(ask6(name)).toEqual([`${name} AAAA fd00:10::1:6`, `${name} AAAA fd00:10::7`]);
  expect(ask6(`second.${name}`)).toEqual([`second.${name} AAAA fd00:10::1:6`]);
  expect(ask6(`second.${name}`, "A")).toEqual([`second.${name} A 10.0.2.6`]);
  expect(ask6(`fd00-10--7.${name}`)).toEqual([`fd00-10--7.${name} AAAA fd00:10::7`]);
  const reverse = `7.${"0.".repeat(23)}0.1.0.0.0.0.d.f.ip6.arpa`;
  expect(ask6(reverse, "PTR")).toEqual([`${reverse} PTR fd00-10--7.${name}`]);
});

test("a pod's address makes a name of it in both families", () => {
  const pods = `ns.pod.${domain}`;
  expect(ask(`fd00-10--7.${pods}`, "AAAA").answers).toEqual([`fd00-10--7.${pods} AAAA fd00:10::7`]);
  expect(ask(`fd00-10--7.${pods}`, "A")).toMatchObject({ rcode: "NOERROR", answers: [] });
  expect(ask(`fd00-10-7.${pods}`, "AAAA").rcode).toBe("NXDOMAIN");
});
