import { expect, test } from "vitest";
import { startTestCluster } from "./test-cluster.ts";

test("every namespace has a default account and the cluster's certificate, and gets them back", async () => {
  const { store, reached } = startTestCluster();
  store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "fresh" } });
  await reached("serviceaccounts", "default", undefined, "fresh");
  const certificate = await reached("configmaps", "kube-root-ca.crt", undefined, "fresh");
  expect(certificate["data"]).toEqual({ "ca.crt": "-----BEGIN CERTIFICATE-----" });

  const { metadata } = store.delete("serviceaccounts", "default", "fresh")!;
  await reached("serviceaccounts", "default", (account) => account.metadata.uid !== metadata.uid, "fresh");
  store.modify("configmaps", "kube-root-ca.crt", "fresh", (copy) => ({ ...copy, data: {} }));
  await reached("configmaps", "kube-root-ca.crt", ({ data }) => data["ca.crt"] !== undefined, "fresh");
});
