import { describe, expect, test } from "vitest";
import { object, see } from "./test-view.ts";

const balanced = object("balanced", { status: { loadBalancer: { ingress: [{ ip: "172.19.255.2" }] } } });
const waiting = object("waiting", { status: { loadBalancer: {} } });

describe("load balancers", () => {
  test("nobody sees Services that wait for an address", () => {
    expect(see("load-balancer.no-services", "services", [balanced, waiting])).toEqual([balanced]);
  });

  test("addresses are taken from a pool that is not there", () => {
    const pool = (address: string) => object("pool", { spec: { addresses: [address], autoAssign: true } });
    const there = [pool("172.19.255.1-172.19.255.100")];
    expect(see("load-balancer.other-pool", "ipaddresspools.metallb.io", there)).toEqual([
      pool("172.19.254.1-172.19.254.100"),
    ]);
  });

  test("nobody answers for addresses that were given", () => {
    expect(see("speaker.no-services", "services", [balanced, waiting])).toEqual([waiting]);
  });

  test("somebody answers for addresses of Services that are gone", () => {
    expect(see("speaker.stale-services", "services", [waiting], { seen: [balanced, waiting] })).toEqual([
      waiting,
      balanced,
    ]);
  });

  test("somebody answers for addresses of the other cluster's pool", () => {
    const there = [object("pool", { spec: { addresses: ["172.19.255.101-172.19.255.200"] } })];
    const [seen] = see("speaker.foreign-address", "ipaddresspools.metallb.io", there);
    expect(seen?.["spec"].addresses).toEqual(["172.19.255.101-172.19.255.200", "172.19.255.1-172.19.255.100"]);
  });
});
