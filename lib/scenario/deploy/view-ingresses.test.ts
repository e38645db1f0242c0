import { expect, test } from "vitest";
import type { Entrance } from "../../cluster/features/ingress-entrances.ts";
import { somePod } from "../fixture.ts";
import { ingressKey, keepIngresses } from "./ingresses.ts";
import { outside } from "../place.ts";
import { viewIngresses } from "./view-ingresses.ts";
import { type LiveFacts, namespacesOf, viewCluster } from "../world.ts";

const live: LiveFacts = {
  namespaces: namespacesOf("meshgate-r1"),
  pods: new Map(),
  services: new Map(),
  domains: new Map(),
  takenNodePorts: new Map(),
  takenAway: new Set(),
};
const athens = viewCluster("athens", [{ name: "worker", addresses: ["172.19.0.3"] }], [], live);
const own = somePod("client", "athens");
const foreign = somePod("client", "hurup");

const entrance = (
  reach: Entrance["reach"],
  host: string | undefined,
  told: Entrance["told"] = "by-status",
): Entrance => ({
  reach,
  host,
  http: host === undefined ? 30_080 : 80,
  https: host === undefined ? 30_443 : 443,
  told,
});

function viewOf(...entrances: Entrance[]) {
  const ingresses = keepIngresses([["athens", [{ name: "nginx", controller: "", labels: {} }]]]);
  ingresses.found.set(ingressKey("athens", "nginx"), entrances);
  const [view] = viewIngresses([athens], ingresses, "meshgate-r1")(athens);
  if (!view) throw new Error("no view");
  return view;
}

const hostsOf = (...entrances: Entrance[]) =>
  [outside, own, foreign].map((asker) => {
    try {
      return viewOf(...entrances).entranceFor(asker).host;
    } catch {
      return "nowhere";
    }
  });

test("everybody asks at an address for anybody", () => {
  expect(hostsOf(entrance("anybody", "172.19.255.1"))).toEqual(["172.19.255.1", "172.19.255.1", "172.19.255.1"]);
});

test("a cluster address is for pods of that cluster; others take the ports of a node", () => {
  const both = [entrance("own-pods", "10.1.0.7"), entrance("anybody", undefined, "by-service")];
  expect(hostsOf(...both)).toEqual(["172.19.0.3", "10.1.0.7", "172.19.0.3"]);
  expect(viewOf(...both).entranceFor(outside)).toEqual({ host: "172.19.0.3", http: 30_080, https: 30_443 });
  expect(hostsOf(entrance("own-pods", "10.1.0.7"))).toEqual(["nowhere", "10.1.0.7", "nowhere"]);
});

test("localhost is for this machine, and only when there is nothing else", () => {
  const local = entrance("own-machine", "localhost");
  expect(hostsOf(local)).toEqual(["localhost", "nowhere", "nowhere"]);
  expect(hostsOf(local, entrance("anybody", undefined, "by-service"))).toEqual([
    "172.19.0.3",
    "172.19.0.3",
    "172.19.0.3",
  ]);
});

test("a controller at the ports of nodes has no address to publish; one with a load balancer has", () => {
  expect(viewOf(entrance("anybody", undefined, "by-service")).isToldByService).toBe(true);
  expect(viewOf(entrance("anybody", "172.19.255.1", "by-service")).isToldByService).toBe(false);
  expect(viewOf().isToldByService).toBe(false);
});

test("what is not there yet is told so", () => {
  const ingresses = keepIngresses([["athens", [{ name: "nginx", controller: "", labels: {} }]]]);
  const [view] = viewIngresses([athens], ingresses, "meshgate-r1")(athens);
  expect(() => view?.entranceFor(own)).toThrow("the Ingresses of athens/nginx are not there yet");
  expect(() => view?.fingerprint("secure")).toThrow("the certificate secure of athens/nginx is not there yet");
  expect(view?.domain).toBe("nginx.meshgate-r1.my-online-store.example");
});
