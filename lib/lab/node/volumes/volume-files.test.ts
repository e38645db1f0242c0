import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../model.ts";
import type { Volume } from "../pod/pod-spec.ts";
import { type VolumeSource, volumeFiles } from "./volume-files.ts";

const base64 = (value: string): string => Buffer.from(value).toString("base64");
const objects: Record<string, Record<string, unknown>> = {
  "configmaps/settings": { data: { a: "1", b: "2" }, binaryData: { bits: base64("raw") } },
  "secrets/key": { data: { password: base64("sesame") } },
};
const pod: KubeObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "shop", labels: { b: 'say "hi"', a: "1" } },
  spec: { serviceAccountName: "seller", containers: [] },
};
const source: VolumeSource = {
  pod,
  addresses: { podAddresses: ["10.0.0.5"], hostAddresses: ["172.19.0.3"] },
  token: (account) => `token of ${account}`,
  store: {
    get: (resource, name, namespace) => {
      const content = objects[`${resource}/${name}`];
      return namespace === "shop" && content
        ? { apiVersion: "v1", kind: "", metadata: { name }, ...content }
        : undefined;
    },
  },
};
const filesOf = (volume: Omit<Volume, "name">): string[] =>
  (volumeFiles({ name: "v", ...volume }, source) ?? []).map(
    ({ path, content, mode }) => `${path} ${mode.toString(8)} ${content.toString()}`,
  );

describe("files of a volume", () => {
  it.each<[Omit<Volume, "name">, string[]]>([
    [{ configMap: { name: "settings" } }, ["a 644 1", "b 644 2", "bits 644 raw"]],
    [{ configMap: { name: "settings", defaultMode: 0o400, items: [{ key: "a", path: "x/y" }] } }, ["x/y 400 1"]],
    [{ configMap: { name: "none", optional: true } }, []],
    [{ configMap: { name: "settings", optional: true, items: [{ key: "none", path: "x" }] } }, []],
    [{ secret: { secretName: "key", items: [{ key: "password", path: "p", mode: 0o600 }] } }, ["p 600 sesame"]],
    [
      {
        downwardAPI: {
          items: [
            { path: "labels", fieldRef: { fieldPath: "metadata.labels" } },
            { path: "name", fieldRef: { fieldPath: "metadata.name" } },
          ],
        },
      },
      ['labels 644 a="1"\nb="say \\"hi\\""', "name 644 p"],
    ],
    [
      {
        projected: {
          defaultMode: 0o440,
          sources: [
            { serviceAccountToken: { path: "token" } },
            { configMap: { name: "settings", items: [{ key: "a", path: "ca.crt" }] } },
            { secret: { name: "none", optional: true } },
            { downwardAPI: { items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }] } },
          ],
        },
      },
      ["token 440 token of seller", "ca.crt 440 1", "namespace 440 shop"],
    ],
  ])("%j", (volume, files) => {
    expect(filesOf(volume)).toEqual(files);
  });

  it("are none for an empty directory", () => {
    expect(volumeFiles({ name: "v", emptyDir: {} }, source)).toBeUndefined();
  });

  it.each<[Omit<Volume, "name">, string]>([
    [{ configMap: { name: "none" } }, 'configmap "none" not found'],
    [{ secret: { secretName: "none" } }, 'secret "none" not found'],
    [
      { configMap: { name: "settings", items: [{ key: "k", path: "p" }] } },
      "configmap references non-existent config key: k",
    ],
    [{ secret: { secretName: "key", items: [{ key: "k", path: "p" }] } }, "references non-existent secret key: k"],
    [
      { hostPath: { path: "/" } },
      "volume kinds other than configMap, secret, projected, downwardAPI, emptyDir are not in the lab",
    ],
  ])("cannot be had: %j", (volume, message) => {
    expect(() => filesOf(volume)).toThrow(message);
  });
});
