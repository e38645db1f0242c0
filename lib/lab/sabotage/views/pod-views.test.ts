import { describe, expect, test } from "vitest";
import { object, see } from "./test-view.ts";

const dns = object("kube-dns", { spec: { clusterIP: "10.1.0.10" } }, "kube-system");

describe("a kubelet", () => {
  test("gives pods no search list, except those that do not ask the cluster's DNS", () => {
    const plain = object("plain", { spec: { dnsPolicy: "ClusterFirst" } });
    const others = [
      object("default", { spec: { dnsPolicy: "Default" } }),
      object("host", { spec: { hostNetwork: true } }),
    ];
    const [seen, ...same] = see("kubelet.no-search-list", "pods", [plain, ...others], { world: { services: [dns] } });
    expect(seen?.["spec"]).toEqual({
      dnsPolicy: "None",
      dnsConfig: { nameservers: ["10.1.0.10"], options: [{ name: "ndots", value: "5" }] },
    });
    expect(same).toEqual(others);
  });

  test("tells containers nothing of Services", () => {
    const [seen] = see("kubelet.no-service-links", "pods", [object("pod", { spec: { enableServiceLinks: true } })]);
    expect(seen?.["spec"]).toEqual({ enableServiceLinks: false });
  });

  test("tells containers of a Service that is not there, and of the real one when it is", () => {
    const world = { namespaces: [object("run"), object("other")] };
    const names = (services: ReturnType<typeof object>[]) =>
      see("kubelet.early-services", "services", services, { world }).map(({ metadata, spec }) => [
        metadata.namespace,
        metadata.name,
        spec.clusterIP,
      ]);
    const greeter = object("greeter", { spec: { clusterIP: "10.1.0.9" } });
    expect(names([])).toEqual([
      ["run", "greeter", "10.255.255.250"],
      ["other", "greeter", "10.255.255.250"],
    ]);
    expect(names([greeter])).toEqual([
      ["run", "greeter", "10.1.0.9"],
      ["other", "greeter", "10.255.255.250"],
    ]);
  });
});
