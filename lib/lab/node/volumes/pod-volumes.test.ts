import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { KubeObject } from "../../model.ts";
import { refreshVolumes } from "./pod-volumes.ts";

const pod: KubeObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "shop" },
  spec: { containers: [] },
};
const settings: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { a: "1" } };

it("sets up the volumes that it can and names the others", () => {
  const directory = mkdtempSync(join(tmpdir(), "volumes-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const source = {
    pod,
    addresses: { podAddresses: [], hostAddresses: ["172.19.0.3"] },
    token: () => "",
    store: { get: (resource: string) => (resource === "configmaps" ? settings : undefined) },
  };
  const volumes = [
    { name: "good", configMap: { name: "settings" } },
    { name: "bad", secret: { secretName: "none" } },
    { name: "scratch", emptyDir: {} },
  ];
  expect(refreshVolumes(directory, volumes, source)).toEqual([{ volume: "bad", message: 'secret "none" not found' }]);
  expect(readFileSync(join(directory, "good/a"), "utf8")).toBe("1");
  expect(statSync(join(directory, "scratch")).mode & 0o777).toBe(0o777);
});
