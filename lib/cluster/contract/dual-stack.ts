import { isIPv4, isIPv6 } from "node:net";
import { describe, expect, test } from "vitest";
import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import { shell } from "./channels.ts";
import { readyPod, shellPod } from "./pods.ts";
import type { Fields, Room } from "./room.ts";
import { settle } from "./settle.ts";

const port = { name: "http", port: 80, targetPort: 8080 };
const server = `node -e 'require("http").createServer((q,r)=>r.end(process.env.POD_IPS)).listen(8080)'`;
const env = [{ name: "POD_IPS", valueFrom: { fieldRef: { fieldPath: "status.podIPs" } } }];
const both = { ipFamilyPolicy: "PreferDualStack", ports: [port] };

/** Services and pods with addresses of both families. @see https://kubernetes.io/docs/concepts/services-networking/dual-stack/ */
export function dualStackContract(inRoom: () => Room): void {
  const tried = (spec: Record<string, unknown>) => {
    const room = inRoom();
    const body = room.object("services", "dual-tried", { spec: { ports: [port], selector: { app: "none" }, ...spec } });
    return room.wire.request("POST", room.path("services", undefined, "?dryRun=All"), { body });
  };
  const isDual = async (): Promise<boolean> => (await tried({ ipFamilyPolicy: "RequireDualStack" })).status === 201;
  const addressesOf = (service: unknown) => listOf(service, "spec", "clusterIPs").map(String);

  describe("a Service that asks for both families", () => {
    test("is refused by a cluster of one", async ({ skip }) => {
      const { status, body } = await tried({ ipFamilyPolicy: "RequireDualStack" });
      skip(status === 201, "the cluster has Services of both families");
      expect({ status, message: textOf(body, "message") }).toEqual({
        status: 422,
        message:
          'Service "dual-tried" is invalid: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
      });
    });

    test("gets what the cluster has, when it only prefers both", async () => {
      const { body } = await tried(both);
      const families = (await isDual()) ? 2 : 1;
      expect(addressesOf(body)).toHaveLength(families);
      expect(listOf(body, "spec", "ipFamilies")).toEqual(
        addressesOf(body).map((address) => (isIPv4(address) ? "IPv4" : "IPv6")),
      );
      expect(textOf(body, "spec", "clusterIP")).toBe(addressesOf(body)[0]);
    });

    test("has to say so when it names two families", async () => {
      const message = "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified";
      const { status, body } = await tried({ ipFamilies: ["IPv4", "IPv6"] });
      expect([status, textOf(body, "message")]).toEqual([422, expect.stringContaining(message)]);
    });

    test("has both without a selector and an address, whatever the cluster has", async () => {
      const { body } = await tried({ clusterIP: "None", selector: {} });
      expect(body).toMatchObject({ spec: { ipFamilyPolicy: "RequireDualStack", clusterIPs: ["None"] } });
      expect(listOf(body, "spec", "ipFamilies").map(String).toSorted()).toEqual(["IPv4", "IPv6"]);
    });

    test("gets the second address when it changes its mind, and gives it back", async ({ skip }) => {
      skip(!(await isDual()), "the cluster has Services of one family");
      const room = inRoom();
      const [first = ""] = addressesOf(
        await room.create("services", "dual-change", { spec: { ports: [port], selector: { app: "none" } } }),
      );
      const grown = await room.patch("services", "dual-change", { spec: { ipFamilyPolicy: "RequireDualStack" } });
      const [kept, second = ""] = addressesOf(grown.body);
      expect(kept).toBe(first);
      expect([isIPv4(first), isIPv6(first)]).toEqual([isIPv6(second), isIPv4(second)]);
      const turned = { ipFamilies: listOf(grown.body, "spec", "ipFamilies").toReversed() };
      expect((await room.patch("services", "dual-change", { spec: turned })).status).toBe(422);
      const shrunk = await room.patch("services", "dual-change", { spec: { ipFamilyPolicy: "SingleStack" } });
      expect(addressesOf(shrunk.body)).toEqual([first]);
    });
  });

  describe("a pod of a cluster with both families", () => {
    test("has an address of each, knows them, and is reached by both", async ({ skip }) => {
      skip(!(await isDual()), "the cluster has Services of one family");
      const room = inRoom();
      const pod = await served(room, "dual-pod");
      const addresses = listOf(pod, "status", "podIPs").map((one) => textOf(one, "ip") ?? "");
      expect(addresses[0]).toBe(textOf(pod, "status", "podIP"));
      expect([addresses.some(isIPv4), addresses.some(isIPv6)]).toEqual([true, true]);
      expect(listOf(pod, "status", "hostIPs")).toHaveLength(2);
      for (const address of addresses) {
        expect(await answered(room, "dual-pod", placeOf(address, 8080))).toBe(addresses.join(","));
      }
    });

    test("is an endpoint of its Service in both, by address and by name", async ({ skip }) => {
      skip(!(await isDual()), "the cluster has Services of one family");
      const room = inRoom();
      const app = "dual-served";
      const pod = await served(room, app);
      const service = await room.create("services", app, { spec: { ...both, selector: { app } } });
      await room.create("services", `${app}-pods`, { spec: { ...both, clusterIP: "None", selector: { app } } });
      const slices = await settle(
        "an endpoint of each family",
        () => room.list("endpointslices", `kubernetes.io/service-name=${app}`),
        (found) => found.length === 2 && found.every((slice) => listOf(slice, "endpoints").length === 1),
      );
      const byFamily = Object.fromEntries(
        slices.map((slice) => [textOf(slice, "addressType"), fieldOf(listOf(slice, "endpoints")[0], "addresses")]),
      );
      const podIPs = listOf(pod, "status", "podIPs").map((one) => textOf(one, "ip") ?? "");
      expect(byFamily).toEqual({ IPv4: podIPs.filter(isIPv4), IPv6: podIPs.filter(isIPv6) });
      for (const address of addressesOf(service)) {
        expect(await answered(room, app, placeOf(address, 80))).toBe(podIPs.join(","));
      }
      const found = async (name: string) => {
        const script = `const d=require("dns").promises;Promise.all([d.resolve4("${name}"),d.resolve6("${name}")]).then((a)=>console.log(a.join()),(e)=>console.log(e.code))`;
        const look = async () => (await shell(room, app, `node -e '${script}'`)).stdout.trim();
        return (await settle(`both addresses of ${name}`, look, (text) => text.includes(":"))).split(",").toSorted();
      };
      const { stdout } = await shell(room, app, "cat /etc/resolv.conf");
      const domain = /^search \S+?\.(svc\.\S+)/m.exec(stdout)?.[1] ?? "svc.cluster.local";
      expect(await found(`${app}.${room.namespace}.${domain}`)).toEqual(addressesOf(service).toSorted());
      expect(await found(`${app}-pods.${room.namespace}.${domain}`)).toEqual(podIPs.toSorted());
    });
  });
}

function served(room: Room, app: string): Promise<unknown> {
  const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
  const fields: Fields = { metadata: { labels: { app } }, ...shellPod(server, {}, { readinessProbe, env }) };
  return readyPod(room, app, fields);
}

function placeOf(address: string, number: number): string {
  return `${isIPv6(address) ? `[${address}]` : address}:${number}`;
}

/** Asks from inside of a pod until there is an answer, and returns it. */
async function answered(room: Room, pod: string, place: string): Promise<string> {
  const script = `fetch("http://${place}/",{signal:AbortSignal.timeout(2000)}).then(async(r)=>console.log(await r.text()),()=>{})`;
  const ask = async () => (await shell(room, pod, `node -e '${script}'`)).stdout.trim();
  return settle(`an answer from ${place}`, ask, (text) => text !== "");
}
