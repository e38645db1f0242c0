import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listOf, textOf } from "../../base/open-record.ts";
import { type Certificates, fillCertificates } from "../kubeconfig/fill-certificates.ts";
import { readManifest } from "./manifest.ts";
import { nameForClass, perIngressClass, storeDomain } from "./per-ingress-class.ts";

const store = readManifest(join(import.meta.dirname, "../../../fixtures/manifests/ingress-store.yaml"));
const filled = (classes: string[]) => store.flatMap((object) => perIngressClass(object, classes, "meshgate-r1"));

test("each class has Ingresses and Secrets of its own, with hosts that nobody else has", () => {
  const objects = filled(["nginx", "edge.example"]);
  const named = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(named).toHaveLength(store.length * 2);
  expect(new Set(named).size).toBe(named.length);
  for (const name of ["nginx", "edge.example"]) {
    const own = objects.filter(({ metadata }) => metadata.name.endsWith(`-${name}`));
    const ingresses = own.filter(({ kind }) => kind === "Ingress");
    expect(ingresses.map((each) => textOf(each, "spec", "ingressClassName"))).toEqual(ingresses.map(() => name));
    const domain = storeDomain(name, "meshgate-r1");
    expect(domain).toBe(`${name}.meshgate-r1.my-online-store.example`);
    const hosts = ingresses.flatMap((each) => listOf(each, "spec", "rules").map((rule) => textOf(rule, "host")));
    expect(hosts).toContain(`shop.${domain}`);
    expect(hosts.every((host) => host?.endsWith(`.${domain}`))).toBe(true);
    const secrets = own.filter(({ kind }) => kind === "Secret").map(({ metadata }) => metadata.name);
    const wanted = ingresses.flatMap((each) =>
      listOf(each, "spec", "tls").map((tls) => textOf(tls, "secretName") ?? ""),
    );
    expect(wanted.toSorted()).toEqual(secrets.toSorted());
    expect(secrets).toContain(nameForClass("secure", name));
  }
});

test("without a class there is none; everything else stays the only one", () => {
  expect(filled([])).toEqual([]);
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "wear" } };
  expect(perIngressClass(service, [], "meshgate-r1")).toEqual([service]);
  expect(perIngressClass(service, ["a", "b"], "meshgate-r1")).toEqual([service]);
});

test("a certificate is for the hosts of its Secret, and is made once", async () => {
  const made: Certificates = new Map();
  const [first, again] = [
    await fillCertificates(filled(["nginx"]), made),
    await fillCertificates(filled(["nginx"]), made),
  ];
  expect(again).toEqual(first);
  const secret = first.find(({ metadata }) => metadata.name === "safe-nginx");
  const leaf = new X509Certificate(Buffer.from(textOf(secret, "data", "tls.crt") ?? "", "base64"));
  expect(leaf.checkHost("a.safe.nginx.meshgate-r1.my-online-store.example")).toBeDefined();
  expect(leaf.checkHost("safe.nginx.meshgate-r1.my-online-store.example")).toBeUndefined();
  expect(leaf.fingerprint256).toBe(made.get("safe-nginx")?.fingerprint256);
  expect(first.filter(({ kind }) => kind === "Ingress")).toEqual(
    filled(["nginx"]).filter(({ kind }) => kind === "Ingress"),
  );
});
