import type { Credentials, KubeObject, Store } from "../model.ts";
import type { ControllerContext } from "./controller-context.ts";
import { isNamespaceGoing } from "./namespace-going.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";

/**
 * Keeps the ServiceAccount `default` and the ConfigMap `kube-root-ca.crt` in every namespace. Returns the stop function.
 *
 * @see https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
 */
export function startServiceAccountController(
  store: Store,
  { log }: ControllerContext,
  { caCertificate }: Pick<Credentials, "caCertificate">,
): () => void {
  const queue = createReconcileQueue("serviceaccount", reconcile, log);

  function reconcile(namespace: string): void {
    const found = store.get("namespaces", namespace);
    if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
    try {
      ensure("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } });
      ensure("configmaps", rootCertificate(namespace, caCertificate));
    } catch (error) {
      if (!isNamespaceGoing(error)) throw error;
    }
  }

  function ensure(resource: string, object: KubeObject): void {
    const { name, namespace } = object.metadata;
    if (store.get(resource, name, namespace) === undefined) store.create(resource, object);
    else if (object["data"] !== undefined) {
      store.modify(resource, name, namespace, (copy) => ({ ...copy, data: object["data"] }));
    }
  }

  const addNamespace = ({ object }: { object: KubeObject }): void => {
    if (isOurs(object)) queue.add(object.metadata.namespace ?? "");
  };
  const stops = [
    store.watch("namespaces", ({ object }) => queue.add(object.metadata.name), { replay: true }),
    store.watch("serviceaccounts", addNamespace),
    store.watch("configmaps", addNamespace),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
}

function isOurs({ kind, metadata }: KubeObject): boolean {
  return metadata.name === (kind === "ServiceAccount" ? "default" : "kube-root-ca.crt");
}

function rootCertificate(namespace: string, caCertificate: string): KubeObject {
  const description =
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or " +
    "kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kube-root-ca.crt", namespace, annotations: { "kubernetes.io/description": description } },
    data: { "ca.crt": caCertificate },
  };
}
