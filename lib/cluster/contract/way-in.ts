import { describe, expect, test } from "vitest";
import { fieldOf, listOf, numberOf, textOf } from "../../base/open-record.ts";
import { shell } from "./channels.ts";
import { isReady, nameOf, readyPod, shellPod } from "./pods.ts";
import type { Room } from "./room.ts";
import { settle } from "./settle.ts";

const server = `node -e 'require("http").createServer((q,r)=>r.end(process.env.HOSTNAME)).listen(8080)'`;
const port = { name: "http", port: 80, targetPort: 8080 };
/** A cluster that has a load balancer gives an address within seconds. */
const addressWithinMs = 20_000;

/** The ways into a Service from outside, and the node's own network. */
export function wayInContract(inRoom: () => Room): void {
  describe("a way in", () => {
    /** @see https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport */
    test("leads through every node's port to a pod on any node", async () => {
      const room = inRoom();
      await serve(room, "way-node");
      const service = await room.create("services", "way-node", {
        spec: { type: "NodePort", ports: [port], selector: { app: "way-node" } },
      });
      const nodePort = numberOf(listOf(service, "spec", "ports")[0], "nodePort");
      for (const { address } of await readyNodes(room)) {
        expect(await answered(room, "way-node", `http://${address}:${nodePort}/`)).toBe("200 way-node");
      }
    });

    /** @see https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-policies */
    test("that keeps to the node tells load balancers which nodes have a pod", async () => {
      const room = inRoom();
      const pod = await serve(room, "way-local");
      const spec = { type: "LoadBalancer", externalTrafficPolicy: "Local", ports: [port] };
      const service = await room.create("services", "way-local", { spec: { ...spec, selector: { app: "way-local" } } });
      const checkPort = numberOf(service, "spec", "healthCheckNodePort") ?? 0;
      expect(checkPort).toBeGreaterThan(0);
      for (const { name, address } of await readyNodes(room)) {
        const count = name === textOf(pod, "spec", "nodeName") ? 1 : 0;
        const told = (text: string) =>
          text.startsWith(count === 1 ? "200 " : "503 ") && /"localEndpoints":\s*(\d+)/.exec(text)?.[1] === `${count}`;
        expect(await answered(room, "way-local", `http://${address}:${checkPort}/`, told)).toContain("way-local");
      }
      const refused = await room.patch("services", "way-local", { spec: { healthCheckNodePort: checkPort + 1 } });
      expect(refused).toMatchObject({ status: 422, body: { reason: "Invalid" } });
    });

    /** @see https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer */
    test("leads from a load balancer's address to a pod", async ({ skip }) => {
      const room = inRoom();
      await serve(room, "way-balanced");
      await room.create("services", "way-balanced", {
        spec: { type: "LoadBalancer", ports: [port], selector: { app: "way-balanced" } },
      });
      const service = await givenAddress(room, "way-balanced");
      const [ingress] = listOf(service, "status", "loadBalancer", "ingress");
      const address = textOf(ingress, "ip");
      if (address === undefined) return skip("no load balancer of the cluster gives addresses");
      expect(ingress).toMatchObject({ ip: address, ipMode: expect.stringMatching(/^(VIP|Proxy)$/) });
      expect(await answered(room, "way-balanced", `http://${address}/`)).toBe("200 way-balanced");
      const changed = await room.patch("services", "way-balanced", { spec: { type: "ClusterIP" } });
      expect(changed.status).toBe(200);
      const isTakenBack = ({ body }: { body: unknown }) =>
        listOf(body, "status", "loadBalancer", "ingress").length === 0;
      await settle("the address to be taken back", () => room.get("services", "way-balanced"), isTakenBack);
    });

    test("has source ranges only with a load balancer, and only ranges", async () => {
      const room = inRoom();
      const tried = (spec: Record<string, unknown>) =>
        room.wire.request("POST", room.path("services", undefined, "?dryRun=All"), {
          body: room.object("services", "way-ranges", { spec: { ports: [port], ...spec } }),
        });
      const ranges = ["10.0.0.0/8"];
      expect((await tried({ type: "LoadBalancer", loadBalancerSourceRanges: ranges })).status).toBe(201);
      expect((await tried({ type: "NodePort", loadBalancerSourceRanges: ranges })).status).toBe(422);
      expect((await tried({ type: "LoadBalancer", loadBalancerSourceRanges: ["10.0.0.0/33"] })).status).toBe(422);
    });
  });

  describe("a pod of the node's own network", () => {
    test("has the node's address, and asks the cluster's DNS only when told to", async () => {
      const room = await inRoom().another({ "pod-security.kubernetes.io/enforce": "privileged" });
      const idle = (dnsPolicy: string) => shellPod("sleep 3600", { hostNetwork: true, dnsPolicy });
      const [asking, other] = await Promise.all([
        readyPod(room, "asking", idle("ClusterFirstWithHostNet")),
        readyPod(room, "other", idle("ClusterFirst")),
      ]);
      for (const pod of [asking, other]) {
        const [hostIP, podIP] = ["hostIP", "podIP"].map((field) => textOf(pod, "status", field));
        expect(hostIP).toBeDefined();
        expect(podIP).toBe(hostIP);
      }
      const searches = async (pod: string) => (await shell(room, pod, "cat /etc/resolv.conf")).stdout;
      expect(await searches("asking")).toContain(`${room.namespace}.svc.`);
      expect(await searches("other")).not.toContain(`${room.namespace}.svc.`);
    });

    test("has no ports but the node's", async () => {
      const room = await inRoom().another({ "pod-security.kubernetes.io/enforce": "privileged" });
      const main = (ports: unknown[]) =>
        room.object("pods", "on-host", shellPod("sleep 1", { hostNetwork: true }, { ports }));
      const tried = (ports: unknown[]) =>
        room.wire.request("POST", room.path("pods", undefined, "?dryRun=All"), { body: main(ports) });
      const accepted = await tried([{ containerPort: 18_080 }]);
      expect(accepted.status).toBe(201);
      const [container] = listOf(accepted.body, "spec", "containers");
      expect(fieldOf(listOf(container, "ports")[0], "hostPort")).toBe(18_080);
      expect(await tried([{ containerPort: 18_080, hostPort: 18_081 }])).toMatchObject({
        status: 422,
        body: { message: expect.stringContaining("must match `hostPort` when `hostNetwork` is true") },
      });
    });
  });
}

/** Runs a pod that answers with its name, and is selected by it. */
function serve(room: Room, app: string): Promise<unknown> {
  const readinessProbe = { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 };
  return readyPod(room, app, { metadata: { labels: { app } }, ...shellPod(server, {}, { readinessProbe }) });
}

/** Asks from inside of a pod until the answer, `STATUS BODY` or an error's code, is as it should be, and returns it. */
async function answered(
  room: Room,
  pod: string,
  url: string,
  isSettled = (text: string) => text.startsWith("200 "),
): Promise<string> {
  const script = `fetch("${url}",{signal:AbortSignal.timeout(2000)}).then(async(r)=>console.log(r.status,await r.text()),(e)=>console.log(e.cause?.code??e.name))`;
  const ask = async () => (await shell(room, pod, `node -e '${script}'`)).stdout.trim();
  return settle(`an answer from ${url}`, ask, isSettled);
}

async function readyNodes(room: Room): Promise<{ name: string; address: string | undefined }[]> {
  const { body } = await room.wire.request("GET", "/api/v1/nodes");
  return listOf(body, "items")
    .filter(isReady)
    .map((node) => ({
      name: nameOf(node),
      address: textOf(
        listOf(node, "status", "addresses").find((entry) => fieldOf(entry, "type") === "InternalIP"),
        "address",
      ),
    }));
}

/** Waits a while for an address, and returns the Service with or without one. */
async function givenAddress(room: Room, name: string): Promise<unknown> {
  const giveUpAt = performance.now() + addressWithinMs;
  const { body } = await settle(
    "an address",
    () => room.get("services", name),
    (answer) => listOf(answer.body, "status", "loadBalancer", "ingress").length > 0 || performance.now() > giveUpAt,
  );
  return body;
}
