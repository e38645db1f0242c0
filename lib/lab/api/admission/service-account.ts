import type { KubeObject } from "../../model.ts";
import { forbidden } from "../status-errors.ts";
import type { Fields, StrategyContext } from "../strategies/strategy.ts";

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Gives a pod its service account and, unless that is declined, the volume with its token. Throws 403 when there is no such account.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#serviceaccount-admission-controller
 */
export function giveServiceAccount(draft: KubeObject, { resource, get }: StrategyContext): void {
  const { spec, metadata } = draft;
  const name = (spec.serviceAccountName ||= "default");
  spec.serviceAccount = name;
  const account = get("serviceaccounts", name, metadata.namespace);
  if (!account) {
    const why = `error looking up service account ${metadata.namespace}/${name}: serviceaccount "${name}" not found`;
    throw forbidden(resource, metadata.name, why);
  }
  if (!spec.imagePullSecrets?.length && account["imagePullSecrets"])
    spec.imagePullSecrets = account["imagePullSecrets"];
  if (spec.automountServiceAccountToken ?? account["automountServiceAccountToken"] ?? true)
    mountToken(spec, metadata.uid!);
}

function mountToken(spec: Fields, uid: string): void {
  const containers: Fields[] = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const without = containers.filter(
    ({ volumeMounts }) => !volumeMounts?.some((mount: Fields) => mount.mountPath === mountPath),
  );
  if (without.length === 0) return;
  const name = `kube-api-access-${uid.replaceAll("-", "").slice(0, 5)}`;
  for (const container of without) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath }];
  }
  spec.volumes = [...(spec.volumes ?? []), { name, projected: tokenSources() }];
}

function tokenSources(): Fields {
  const fieldRef = { apiVersion: "v1", fieldPath: "metadata.namespace" };
  return {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      { downwardAPI: { items: [{ path: "namespace", fieldRef }] } },
    ],
    defaultMode: 0o644,
  };
}
