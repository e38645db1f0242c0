import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { ApiError, type Kubelet, type KubeObject } from "../model.ts";
import { createKubeletRouter } from "./kubelet-router.ts";

const pod = (name: string, nodeName?: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop" },
  spec: { nodeName, containers: [] },
});
const pods = [pod("here", "one"), pod("there", "two"), pod("waiting"), pod("lost", "three")];
const store = {
  get: (_resource: string, name: string, namespace?: string) =>
    pods.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace),
};
const kubelet = (node: string): Kubelet => ({
  exec: () => {
    throw new Error(`exec on ${node}`);
  },
  logs: () => Readable.from([`logs of ${node}`]),
  dial: () => Promise.reject(new Error(`dial on ${node}`)),
});
const router = createKubeletRouter(new Map(["one", "two"].map((node) => [node, kubelet(node)])), store);
const exec = (name: string): unknown => router.exec("shop", name, undefined, ["true"], { stdin: false, tty: false });

describe("the router", () => {
  it("asks the node that the pod is bound to", async () => {
    expect(() => exec("here")).toThrow("exec on one");
    expect(() => exec("there")).toThrow("exec on two");
    await expect(router.dial("shop", "there", 80)).rejects.toThrow("dial on two");
    expect(await text(router.logs("shop", "here", undefined, {}))).toBe("logs of one");
  });

  it.each([
    ["nope", new ApiError(404, "NotFound", 'pods "nope" not found', { name: "nope", kind: "pods" })],
    ["waiting", new ApiError(400, "BadRequest", "pod waiting does not have a host assigned")],
    ["lost", new ApiError(404, "NotFound", 'nodes "three" not found', { name: "three", kind: "nodes" })],
  ])("refuses %s as the API server does", async (name, error) => {
    expect(() => exec(name)).toThrow(error);
    expect(() => router.logs("shop", name, undefined, {})).toThrow(error);
    await expect(router.dial("shop", name, 80)).rejects.toThrow(error);
  });
});
