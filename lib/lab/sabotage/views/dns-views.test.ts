import { describe, expect, test } from "vitest";
import { dnsViews } from "./dns-views.ts";
import { sliceResource } from "./slice-looks.ts";
import { object, see, slice } from "./test-view.ts";

const service = (name: string, address: string, namespace?: string) =>
  object(name, { spec: { clusterIP: address, clusterIPs: [address] } }, namespace);
const manner = (name: string) => dnsViews.find((view) => view.name === name)?.manner ?? {};

describe("a name server", () => {
  test.each([
    ["dns.server-failure", "A", "echo.run.svc.cluster.local", "SERVFAIL"],
    ["dns.no-pod-names", "A", "10-0-1-5.run.POD.cluster.local", "NXDOMAIN"],
    ["dns.no-pod-names", "A", "echo.run.svc.cluster.local", undefined],
    ["dns.aaaa-denied", "AAAA", "echo.run.svc.cluster.local", "NXDOMAIN"],
    ["dns.aaaa-denied", "A", "echo.run.svc.cluster.local", undefined],
    ["dns.no-pointers", "PTR", "1.0.1.10.in-addr.arpa", "NXDOMAIN"],
    ["dns.no-pointers", "SRV", "_http._tcp.echo.run.svc.cluster.local", undefined],
  ])("with %s answers %s %s by %s", (view, type, name, rcode) => {
    expect(manner(view).denies?.({ name, type })).toBe(rcode);
  });

  test("takes its time", () => {
    expect(manner("dns.slow")).toEqual({ delayMs: 3000 });
  });

  test("knows a former address of a Service, of each of its families", () => {
    const dual = object("echo", { spec: { clusterIPs: ["10.1.0.5", "fd00::5"] } });
    const [seen, other] = see("dns.stale-record", "services", [dual, service("other", "10.1.0.6")]);
    expect(seen?.["spec"].clusterIPs).toEqual(["10.255.255.250", "fd00:ffff::250"]);
    expect(other).toEqual(service("other", "10.1.0.6"));
  });

  test("knows an endpoint that is gone", () => {
    const [headless, other] = [
      slice("echo-headless", [{ addresses: ["10.0.1.5"] }]),
      slice("echo", [{ addresses: ["10.0.1.5"] }]),
    ];
    expect(see("dns.stale-headless", sliceResource, [headless, other])).toEqual([
      slice("echo-headless", [{ addresses: ["10.0.1.5"] }, { addresses: ["10.255.255.250"] }]),
      other,
    ]);
  });

  test("knows no host names", () => {
    const there = [slice("named", [{ addresses: ["10.0.1.5"], hostname: "alpha" }])];
    expect(see("dns.no-hostnames", sliceResource, there)).toEqual([slice("named", [{ addresses: ["10.0.1.5"] }])]);
  });

  test("knows other ports of a Service", () => {
    const ports = (...numbers: number[]) => ({ spec: { ports: numbers.map((port) => ({ port })) } });
    expect(see("dns.wrong-ports", "services", [object("echo", ports(80, 82))])).toEqual([
      object("echo", ports(1080, 1082)),
    ]);
  });

  test("leads an alias elsewhere", () => {
    const alias = (externalName: string) => object("alias", { spec: { type: "ExternalName", externalName } });
    const there = [alias("echo.run.svc.cluster.local")];
    expect(see("dns.wrong-alias", "services", there)).toEqual([alias("ready-only.run.svc.cluster.local")]);
  });

  test("leads one name in all namespaces to one Service", () => {
    const there = [service("echo", "10.1.0.7", "run-other"), service("echo", "10.1.0.5"), service("lone", "10.1.0.6")];
    expect(see("dns.namespaces-mixed", "services", there)).toEqual([
      service("echo", "10.1.0.5", "run-other"),
      there[1],
      there[2],
    ]);
  });

  test("knows a Service that is gone, unless it is there", () => {
    const [echo, absent] = [service("echo", "10.1.0.5"), service("absent", "10.1.0.6")];
    expect(see("dns.former-service", "services", [echo])).toEqual([echo, service("absent", "10.1.0.5")]);
    expect(see("dns.former-service", "services", [echo, absent])).toEqual([echo, absent]);
  });

  test("knows an address of another family", () => {
    const [seen] = see("dns.second-family", "services", [service("echo-numbered", "10.1.0.5")]);
    expect(seen?.["spec"].clusterIPs).toEqual(["10.1.0.5", "fd00:ffff::250"]);
  });
});
