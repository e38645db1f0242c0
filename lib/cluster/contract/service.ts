import { describe, expect, test } from "vitest";
import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import { shell } from "./channels.ts";
import { isReady, nameOf, podSettled, readyPod, shellPod } from "./pods.ts";
import type { Fields, Room } from "./room.ts";
import { settle } from "./settle.ts";

const port = { name: "http", port: 80, targetPort: 8080 };

/** A server whose readiness is the existence of a file. */
const server = `node -e 'require("http").createServer((q,r)=>r.writeHead(require("fs").existsSync("/tmp/ready")?200:503).end()).listen(8080)'`;

/** Services and their endpoints. @see https://kubernetes.io/docs/concepts/services-networking/service/ */
export function serviceContract(inRoom: () => Room): void {
  describe("a Service", () => {
    const slices = (service: string) => inRoom().list("endpointslices", `kubernetes.io/service-name=${service}`);
    const endpoints = async (service: string) => (await slices(service)).flatMap((slice) => listOf(slice, "endpoints"));

    test("gets an address in the cluster", async () => {
      const service = await inRoom().create("services", "serve-ip", {
        spec: { ports: [port], selector: { app: "none" } },
      });
      const address = textOf(service, "spec", "clusterIP");
      expect(address).toMatch(/^[0-9a-f.:]+$/);
      expect(service).toMatchObject({
        spec: {
          type: "ClusterIP",
          clusterIPs: expect.arrayContaining([address]),
          sessionAffinity: "None",
          internalTrafficPolicy: "Cluster",
          ipFamilyPolicy: "SingleStack",
          ports: [{ ...port, protocol: "TCP" }],
        },
        status: { loadBalancer: {} },
      });
    });

    test("gets no address when it is headless or only a name", async () => {
      const room = inRoom();
      const headless = { clusterIP: "None", ports: [port], selector: { app: "none" } };
      expect(await room.create("services", "serve-headless", { spec: headless })).toMatchObject({
        spec: { clusterIP: "None", clusterIPs: ["None"] },
      });
      const named = await room.create("services", "serve-name", {
        spec: { type: "ExternalName", externalName: "example.org" },
      });
      expect(named).not.toHaveProperty("spec.clusterIP");
    });

    test("of type NodePort gets a port that no other service may have", async () => {
      const room = inRoom();
      const spec = { type: "NodePort", ports: [port], selector: { app: "none" } };
      const service = await room.create("services", "serve-node", { spec });
      const nodePort = fieldOf(listOf(service, "spec", "ports")[0], "nodePort");
      expect(nodePort).toEqual(expect.any(Number));
      const twin = room.object("services", "serve-twin", { spec: { ...spec, ports: [{ ...port, nodePort }] } });
      expect(await room.wire.request("POST", room.path("services"), { body: twin })).toMatchObject({
        status: 422,
        body: {
          message: `Service "serve-twin" is invalid: spec.ports[0].nodePort: Invalid value: ${String(nodePort)}: provided port is already allocated`,
        },
      });
    });

    test("keeps its address and port when it is changed, and its address cannot be", async () => {
      const room = inRoom();
      const service = await room.create("services", "serve-keep", {
        spec: { ports: [port], selector: { app: "none" } },
      });
      const clusterIP = textOf(service, "spec", "clusterIP");
      const put = (fields: Fields) =>
        room.wire.request("PUT", room.path("services", "serve-keep"), {
          body: room.object("services", "serve-keep", fields),
        });
      const replaced = await put({ spec: { ports: [port], selector: { app: "other" } } });
      expect(replaced).toMatchObject({ status: 200, body: { spec: { clusterIP, selector: { app: "other" } } } });
      const moved = await room.patch("services", "serve-keep", { spec: { clusterIP: "None", clusterIPs: ["None"] } });
      expect(moved).toMatchObject({ status: 422, body: { reason: "Invalid" } });
    });

    test("has endpoints that follow the readiness of its pods", async () => {
      const room = inRoom();
      const app = "serve-ready";
      const service = await room.create("services", app, { spec: { ports: [port], selector: { app } } });
      const readinessProbe = { httpGet: { path: "/", port: 8080 }, periodSeconds: 1, failureThreshold: 1 };
      await room.create("pods", app, { metadata: { labels: { app } }, ...shellPod(server, {}, { readinessProbe }) });
      const pod = await podSettled(
        room,
        app,
        "a start",
        (found) => fieldOf(found, "status", "phase") === "Running" && textOf(found, "status", "podIP") !== undefined,
      );
      const withReady = (ready: boolean) =>
        settle(
          `an endpoint with ready ${ready}`,
          () => endpoints(app),
          ([one]) => fieldOf(one, "conditions", "ready") === ready,
        );
      await withReady(false);
      expect(isReady((await room.get("pods", app)).body)).toBe(false);
      await shell(room, app, "touch /tmp/ready");
      expect(await withReady(true)).toMatchObject([
        {
          addresses: [textOf(pod, "status", "podIP")],
          conditions: { ready: true, serving: true, terminating: false },
          nodeName: textOf(pod, "spec", "nodeName"),
          targetRef: { kind: "Pod", name: app, namespace: room.namespace, uid: textOf(pod, "metadata", "uid") },
        },
      ]);
      expect(isReady((await room.get("pods", app)).body)).toBe(true);
      expect(await slices(app)).toMatchObject([
        {
          addressType: "IPv4",
          ports: [{ name: "http", port: 8080, protocol: "TCP" }],
          metadata: {
            labels: { "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io" },
            ownerReferences: [
              { kind: "Service", name: app, uid: textOf(service, "metadata", "uid"), controller: true },
            ],
          },
        },
      ]);
      await shell(room, app, "rm /tmp/ready");
      await withReady(false);
      await room.remove("pods", app);
      expect(
        await settle(
          "no endpoints",
          () => endpoints(app),
          (left) => left.length === 0,
        ),
      ).toEqual([]);
    });

    test("is told to later pods of its namespace through their environment", async () => {
      const room = inRoom();
      const service = await room.create("services", "serve-env", {
        spec: { ports: [port], selector: { app: "none" } },
      });
      await readyPod(room, "serve-env-told");
      await readyPod(room, "serve-env-untold", shellPod("sleep 3600", { enableServiceLinks: false }));
      const told = (await shell(room, "serve-env-told", "env")).stdout.split("\n");
      const untold = (await shell(room, "serve-env-untold", "env")).stdout.split("\n");
      const address = textOf(service, "spec", "clusterIP");
      expect(told).toEqual(
        expect.arrayContaining([
          `SERVE_ENV_SERVICE_HOST=${address}`,
          "SERVE_ENV_SERVICE_PORT=80",
          "SERVE_ENV_SERVICE_PORT_HTTP=80",
          `SERVE_ENV_PORT=tcp://${address}:80`,
        ]),
      );
      expect(untold.filter((line) => line.startsWith("SERVE_ENV"))).toEqual([]);
      expect(untold).toContainEqual(expect.stringMatching(/^KUBERNETES_SERVICE_HOST=/));
      expect(nameOf(service)).toBe("serve-env");
    });
  });
}
