import { describe, expect, it } from "vitest";
import type { KubeObject, Selection } from "../../model.ts";
import type { Container } from "../pod/pod-spec.ts";
import { containerCommand, containerEnvironment, type EnvironmentSource } from "./environment.ts";

const object = (kind: string, name: string, namespace: string, fields: Record<string, unknown>): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace },
  ...fields,
});
const service = (name: string, namespace: string, spec: Record<string, unknown>): KubeObject =>
  object("Service", name, namespace, { spec });

const objects: Record<string, KubeObject[]> = {
  services: [
    service("kubernetes", "default", { clusterIP: "10.1.0.1", ports: [{ name: "https", port: 443, protocol: "TCP" }] }),
    service("shop-front", "shop", {
      clusterIP: "10.1.0.7",
      ports: [
        { name: "web", port: 80, protocol: "TCP" },
        { name: "talk", port: 53, protocol: "UDP" },
      ],
    }),
    service("headless", "shop", { clusterIP: "None", ports: [{ port: 80 }] }),
    service("outside", "shop", { type: "ExternalName", externalName: "example.com" }),
    service("elsewhere", "other", { clusterIP: "10.1.0.9", ports: [{ port: 80 }] }),
  ],
  configmaps: [object("ConfigMap", "settings", "shop", { data: { COLOUR: "green", SIZE: "small" } })],
  secrets: [object("Secret", "key", "shop", { data: { PASSWORD: Buffer.from("sesame").toString("base64") } })],
  nodes: [object("Node", "worker", "", { status: { allocatable: { cpu: "2", memory: "1024Ki" } } })],
};
const store: EnvironmentSource["store"] = {
  get: (resource, name, namespace) =>
    objects[resource]?.find(
      ({ metadata }) => metadata.name === name && (resource === "nodes" || metadata.namespace === namespace),
    ),
  list: (resource, { namespace }: Selection = {}) =>
    (objects[resource] ?? []).filter(({ metadata }) => metadata.namespace === namespace),
};

function environmentOf(container: Partial<Container>, spec: Record<string, unknown> = {}): Record<string, string> {
  const whole: Container = { name: "c", image: "node:24", ...container };
  const pod: KubeObject = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "front-1", namespace: "shop", uid: "u-1", labels: { app: "front" }, annotations: { note: "n" } },
    spec: { nodeName: "worker", serviceAccountName: "seller", enableServiceLinks: false, containers: [whole], ...spec },
  };
  const addresses = { podAddresses: ["10.0.0.5", "fd00::5"], hostAddresses: ["172.19.0.3"] };
  const image = { PATH: "/bin", COLOUR: "grey" };
  return Object.fromEntries(
    containerEnvironment({ pod, container: whole, addresses, image, hostname: "front-1", store }),
  );
}

describe("a container's environment", () => {
  it("has the image's variables, its name and the API server, whatever the manifest says", () => {
    expect(environmentOf({})).toEqual({
      PATH: "/bin",
      COLOUR: "grey",
      HOME: "/root",
      HOSTNAME: "front-1",
      KUBERNETES_SERVICE_HOST: "10.1.0.1",
      KUBERNETES_SERVICE_PORT: "443",
      KUBERNETES_SERVICE_PORT_HTTPS: "443",
      KUBERNETES_PORT: "tcp://10.1.0.1:443",
      KUBERNETES_PORT_443_TCP: "tcp://10.1.0.1:443",
      KUBERNETES_PORT_443_TCP_PROTO: "tcp",
      KUBERNETES_PORT_443_TCP_PORT: "443",
      KUBERNETES_PORT_443_TCP_ADDR: "10.1.0.1",
    });
  });

  it("has the services of its own namespace that have an address", () => {
    const all = environmentOf({}, { enableServiceLinks: true });
    const near = Object.fromEntries(
      Object.entries(all).filter(([name]) => /^(SHOP|HEADLESS|OUTSIDE|ELSEWHERE)/.test(name)),
    );
    expect(near).toEqual({
      SHOP_FRONT_SERVICE_HOST: "10.1.0.7",
      SHOP_FRONT_SERVICE_PORT: "80",
      SHOP_FRONT_SERVICE_PORT_WEB: "80",
      SHOP_FRONT_SERVICE_PORT_TALK: "53",
      SHOP_FRONT_PORT: "tcp://10.1.0.7:80",
      SHOP_FRONT_PORT_80_TCP: "tcp://10.1.0.7:80",
      SHOP_FRONT_PORT_80_TCP_PROTO: "tcp",
      SHOP_FRONT_PORT_80_TCP_PORT: "80",
      SHOP_FRONT_PORT_80_TCP_ADDR: "10.1.0.7",
      SHOP_FRONT_PORT_53_UDP: "udp://10.1.0.7:53",
      SHOP_FRONT_PORT_53_UDP_PROTO: "udp",
      SHOP_FRONT_PORT_53_UDP_PORT: "53",
      SHOP_FRONT_PORT_53_UDP_ADDR: "10.1.0.7",
    });
  });

  it.each([
    ["metadata.name", "front-1"],
    ["metadata.namespace", "shop"],
    ["metadata.uid", "u-1"],
    ["metadata.labels['app']", "front"],
    ["metadata.annotations['note']", "n"],
    ["metadata.annotations['none']", ""],
    ["spec.nodeName", "worker"],
    ["spec.serviceAccountName", "seller"],
    ["status.podIP", "10.0.0.5"],
    ["status.podIPs", "10.0.0.5,fd00::5"],
    ["status.hostIP", "172.19.0.3"],
  ])("reads the field %s", (fieldPath, value) => {
    expect(environmentOf({ env: [{ name: "FIELD", valueFrom: { fieldRef: { fieldPath } } }] })["FIELD"]).toBe(value);
  });

  it.each([
    ["limits.cpu", "1", "1"],
    ["limits.cpu", "1m", "500"],
    ["limits.memory", "1", "1048576"],
    ["requests.memory", "1Mi", "1"],
    ["requests.cpu", "1m", "250"],
  ])("reads the resource %s in units of %s", (resource, divisor, value) => {
    const resources = { limits: { cpu: "500m" }, requests: { cpu: "0.25", memory: "1Mi" } };
    const env = [{ name: "AMOUNT", valueFrom: { resourceFieldRef: { resource, divisor } } }];
    expect(environmentOf({ resources, env })["AMOUNT"]).toBe(value);
  });

  it("lets env win over envFrom, and both over the image", () => {
    const envFrom = [{ configMapRef: { name: "settings" } }, { prefix: "MY_", secretRef: { name: "key" } }];
    const env = [{ name: "SIZE", value: "large" }];
    expect(environmentOf({ envFrom, env })).toMatchObject({ COLOUR: "green", SIZE: "large", MY_PASSWORD: "sesame" });
  });

  it("fills in variables that were defined before", () => {
    const env = [
      { name: "FIRST", value: "$(SECOND)" },
      { name: "SECOND", value: "$(COLOUR) $(KUBERNETES_SERVICE_HOST) $$(COLOUR) $(NONE)" },
    ];
    expect(environmentOf({ env, envFrom: [{ configMapRef: { name: "settings" } }] })).toMatchObject({
      FIRST: "$(SECOND)",
      SECOND: "green 10.1.0.1 $(COLOUR) $(NONE)",
    });
  });

  it("does without what is optional", () => {
    const optional = true;
    const env = [
      { name: "A", valueFrom: { configMapKeyRef: { name: "none", key: "k", optional } } },
      { name: "B", valueFrom: { secretKeyRef: { name: "key", key: "none", optional } } },
    ];
    expect(environmentOf({ env, envFrom: [{ secretRef: { name: "none", optional } }] })).not.toHaveProperty("A");
  });

  it.each([
    [{ envFrom: [{ configMapRef: { name: "none" } }] }, 'configmap "none" not found'],
    [{ env: [{ name: "A", valueFrom: { secretKeyRef: { name: "none", key: "k" } } }] }, 'secret "none" not found'],
    [
      { env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "settings", key: "k" } } }] },
      "couldn't find key k in ConfigMap shop/settings",
    ],
    [{ env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "spec.nope" } } }] }, "unsupported fieldPath: spec.nope"],
  ])("says what is missing: %j", (container, message) => {
    expect(() => environmentOf(container)).toThrow(message);
  });
});

describe("a container's command", () => {
  const image = { commandFor: (args: string[]) => ["entry", ...args] };
  const variables = new Map([["PORT", "80"]]);
  it.each<[Partial<Container>, string[]]>([
    [{}, ["entry"]],
    [{ args: ["--port", "$(PORT)"] }, ["entry", "--port", "80"]],
    [{ command: ["serve", "$(PORT)"] }, ["serve", "80"]],
    [{ command: ["serve"], args: ["$$(PORT)"] }, ["serve", "$(PORT)"]],
  ])("%j is %j", (container, words) => {
    expect(containerCommand({ name: "c", image: "i", ...container }, image, variables)).toEqual(words);
  });
});
