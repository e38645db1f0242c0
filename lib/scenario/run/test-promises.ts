import { addressPool } from "../../cluster/features/address-pools.ts";
import { exportIs, importedFrom, notImported } from "../expect/expect-exports.ts";
import { answeredByOthers, behindCertificate, orRedirect, receivedBy, status } from "../expect/expect-http.ts";
import { hasIngressAddress } from "../expect/expect-ingress.ts";
import { hasAddress, hasAddressOf, noneHasAddressOf, sharesNoAddressWith } from "../expect/expect-load-balancer.ts";
import { hasNodePortsIn } from "../expect/expect-node-ports.ts";
import { holds } from "../expect/expect-objects.ts";
import { accepts, answersHttp, answersNobody, demandsCredentials, refusesAnonymous } from "../expect/expect-ports.ts";
import { countsPods, everyContainerIsLimited } from "../expect/expect-quota.ts";
import { absent, locates, pointsTo, resolvesTo } from "../expect/expect-records.ts";
import { answeredFromEach, answeredInShares } from "../expect/expect-spread.ts";
import { hasStatus } from "../expect/expect-status.ts";
import { roundTripWithin } from "../expect/expect-time.ts";
import {
  answeredBy,
  answeredByAny,
  answeredByDeployment,
  answeredByEach,
  answeredByTheSame,
  anything,
  blocked,
  type Expectation,
  reachesAmong,
  variables,
} from "../expect/expect.ts";
import { answerOf, silence } from "../fixture.ts";
import type { Ingress, Service } from "../place.ts";
import {
  type Answers,
  byPods,
  echo,
  type Kind,
  objectOf,
  objects,
  other,
  records,
  withExtra,
} from "./test-sightings.ts";

/** Every promise that a path can make, the kinds of questions that it is judged by, and what keeps it. */
export const promises: [name: string, of: Expectation, kinds: Kind[], answers: Answers][] = [
  ["answeredBy", answeredBy(echo), ["http", "tcp", "udp"], byPods],
  [
    "answeredBy, own address",
    answeredBy(echo, { clientAddress: "own" }),
    ["http", "tcp", "udp"],
    withExtra({ localAddress: "10.0.0.9" }, { localAddress: "10.0.0.8" }),
  ],
  ["answeredByAny", answeredByAny([echo, other]), ["http", "tcp", "udp"], byPods],
  [
    "answeredByDeployment",
    answeredByDeployment(echo),
    ["http"],
    { ...byPods, own: answerOf({ ...echo, name: "echo-5d9-x" }) },
  ],
  ["answeredByEach", answeredByEach([echo, other]), ["http", "tcp", "udp"], byPods],
  ["answeredByEach, as if among more", answeredByEach([echo, other], { asIfAmong: 3 }), ["http", "tcp", "udp"], byPods],
  ["answeredByTheSame", answeredByTheSame([echo, other]), ["http", "tcp", "udp"], byPods],
  ["reachesAmong", reachesAmong(echo, [echo, other]), ["http", "tcp", "udp"], byPods],
  ["reachesAmong, another", reachesAmong(other, [echo, other]), ["http", "tcp", "udp"], byPods],
  ["roundTripWithin", roundTripWithin(echo, 250), ["tcp"], withExtra({ connectMs: 10 }, { connectMs: 300 })],
  [
    "answeredFromEach",
    answeredFromEach([
      { name: "a", pods: [echo] },
      { name: "b", pods: [other] },
    ]),
    ["http", "tcp", "udp"],
    byPods,
  ],
  [
    "answeredFromEach, others may",
    answeredFromEach([{ name: "a", pods: [echo] }], { others: [{ name: "b", pods: [other] }] }),
    ["http", "tcp", "udp"],
    byPods,
  ],
  [
    "answeredFromEach, others must not",
    answeredFromEach([{ name: "a", pods: [echo] }], { never: [{ name: "b", pods: [other] }] }),
    ["http", "tcp", "udp"],
    byPods,
  ],
  [
    "answeredInShares",
    answeredInShares([
      { name: "a", pods: [echo] },
      { name: "b", pods: [other] },
    ]),
    ["http", "tcp", "udp"],
    byPods,
  ],
  ["blocked", blocked(["refused", "timeout"]), ["http", "tcp", "udp"], byPods],
  ["anything", anything("whatever"), ["http", "tcp", "udp"], byPods],
  ["variables", variables(() => ({ A: "1" })), ["environment"], environments({ A: "1" }, { A: "2" })],
  ["variables, not set", variables(() => ({ A: undefined })), ["environment"], environments({}, { A: "2" })],
  ["resolvesTo", resolvesTo(() => ["10.1.0.9"]), ["dns"], records("A", "10.1.0.9", "10.1.0.8")],
  ["resolvesTo, nothing", resolvesTo(() => []), ["dns"], records("A", "10.1.0.9", "10.1.0.8")],
  ["locates", locates(80, () => ["echo.n"]), ["dns"], records("SRV", "0 100 80 echo.n.", "0 100 81 echo.n.")],
  ["locates, nothing", locates(80, () => []), ["dns"], records("SRV", "0 100 80 echo.n.", "0 100 81 echo.n.")],
  ["pointsTo", pointsTo(() => "echo.n"), ["dns"], records("PTR", "echo.n.", "other.n.")],
  ["absent", absent("no-such-name"), ["dns"], records("A", "10.1.0.9", "10.1.0.8")],
  ["absent, record", absent("no-data"), ["dns"], records("A", "10.1.0.9", "10.1.0.8")],
  ["status", status(404), ["http"], byPods],
  ["answeredByOthers", answeredByOthers(), ["http"], byPods],
  [
    "orRedirect",
    orRedirect(answeredBy(echo), () => ({ scheme: "https", host: "shop.example", path: "/wear" })),
    ["http"],
    byPods,
  ],
  [
    "behindCertificate",
    behindCertificate(answeredBy(echo), () => "AA"),
    ["http"],
    withExtra(certificate("AA"), certificate("BB")),
  ],
  [
    "receivedBy",
    receivedBy(echo, () => ({ host: "shop.example", path: "/wear" })),
    ["http"],
    withExtra(received("shop.example"), received("other.example")),
  ],
  ["demandsCredentials", demandsCredentials(), ["http"], byPods],
  ["refusesAnonymous", refusesAnonymous(), ["http"], byPods],
  ["answersNobody", answersNobody(), ["http"], byPods],
  ["accepts", accepts(), ["http"], byPods],
  ["answersHttp", answersHttp(), ["http"], byPods],
  ["hasStatus, 200", hasStatus(200, "fine"), ["http"], byPods],
  ["hasStatus, 503", hasStatus(503, "not fine"), ["http"], byPods],
  [
    "holds",
    holds("an object that is fine", ([object]) => (object?.["isFine"] === true ? undefined : "not fine")),
    ["objects"],
    objects({ isFine: true }, {}),
  ],
  ["importedFrom", importedFrom(["athens"], [80]), ["objects"], objects(imported("athens"), imported("hurup"))],
  ["notImported", notImported(), ["objects"], objects(undefined, imported("athens"))],
  ["exportIs, agreed", exportIs("agreed"), ["objects"], objects(exported("False"), exported("True"))],
  ["exportIs, in conflict", exportIs("in conflict"), ["objects"], objects(exported("True"), exported("False"))],
  [
    "hasIngressAddress",
    hasIngressAddress({ isToldByService: false } as Ingress),
    ["objects"],
    objects(published("10.9.0.1"), {}),
  ],
  ["hasAddress", hasAddress(), ["objects"], objects(published("10.9.0.1"), {})],
  [
    "hasAddressOf",
    hasAddressOf([pool("10.9.0.1-10.9.0.9")]),
    ["objects"],
    objects(published("10.9.0.1"), published("10.9.1.1")),
  ],
  [
    "noneHasAddressOf",
    noneHasAddressOf("hurup", [{ loadBalancerHosts: ["10.9.0.1"] } as Service]),
    ["objects"],
    objects(published("10.9.0.2"), published("10.9.0.1")),
  ],
  [
    "sharesNoAddressWith",
    sharesNoAddressWith([pool("10.9.0.1-10.9.0.9")], "hurup"),
    ["objects"],
    objects(poolOf("10.9.1.0/28"), poolOf("10.9.0.0/28")),
  ],
  [
    "hasNodePortsIn",
    hasNodePortsIn({ first: 30_000, last: 32_767, from: "flag" }),
    ["objects"],
    objects(nodePort(30_000), nodePort(29_999)),
  ],
  ["countsPods", countsPods(4), ["objects"], objects(counted("4"), counted("3"))],
  [
    "everyContainerIsLimited",
    everyContainerIsLimited(),
    ["objects"],
    objects(limited({ cpu: "1", memory: "1Gi" }), limited({ cpu: "1" })),
  ],
];

function environments(own: Record<string, string>, different: Record<string, string>): Answers {
  const seen = (environment: Record<string, string>) => silence("answered", { environment });
  return { own: seen(own), turn: seen(different), other: seen(different), empty: silence("answered") };
}

function certificate(fingerprint256: string) {
  return { certificate: { fingerprint256, names: ["shop.example"] } };
}

function received(host: string) {
  const { identity } = answerOf(echo);
  return identity ? { identity: { ...identity, host, path: "/wear", forwarded: { for: "10.0.0.9" } } } : {};
}

function imported(cluster: string) {
  return { spec: { ips: ["10.1.0.9"], ports: [{ port: 80 }] }, status: { clusters: [{ cluster }] } };
}

function exported(isInConflict: string) {
  const conditions = [
    { type: "Valid", status: "True" },
    { type: "Conflict", status: isInConflict },
  ];
  return { status: { conditions } };
}

function published(ip: string) {
  return { status: { loadBalancer: { ingress: [{ ip }] } } };
}

function poolOf(...addresses: string[]) {
  return { apiVersion: "metallb.io/v1beta1", kind: "IPAddressPool", spec: { addresses } };
}

function pool(addresses: string) {
  return addressPool(objectOf(poolOf(addresses)));
}

function nodePort(port: number) {
  return { spec: { ports: [{ port: 80, nodePort: port }] } };
}

function counted(pods: string) {
  return { spec: { hard: { pods: "10k" } }, status: { used: { pods } } };
}

function limited(resources: object) {
  return { spec: { containers: [{ resources: { requests: resources, limits: resources } }] } };
}
