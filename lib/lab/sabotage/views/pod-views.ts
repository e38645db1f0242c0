import type { KubeObject } from "../../model.ts";
import { inventing, withSpec } from "./looks.ts";
import type { Sight, View } from "./view.ts";

/** What a kubelet may see wrongly when it sets pods up. It looks once: pods that run already are not affected. */
export const podViews: View[] = [
  { name: "kubelet.no-search-list", sees: { pods: withSpec(usesClusterDns, withoutSearchList) } },
  {
    name: "kubelet.no-service-links",
    sees: {
      pods: withSpec(
        () => true,
        (spec) => ({ ...spec, enableServiceLinks: false }),
      ),
    },
  },
  { name: "kubelet.early-services", sees: { services: inventing(announced) } },
];

function usesClusterDns({ spec }: KubeObject): boolean {
  return spec.hostNetwork !== true && (spec.dnsPolicy ?? "ClusterFirst") === "ClusterFirst";
}

function withoutSearchList(spec: KubeObject[string], _pod: KubeObject, { all }: Sight): object {
  const dns = all("services").find(({ metadata }) => metadata.name === "kube-dns");
  const options = [{ name: "ndots", value: "5" }];
  return { ...spec, dnsPolicy: "None", dnsConfig: { nameservers: [dns?.["spec"].clusterIP], options } };
}

/** A Service of each namespace that is there before anybody made it. */
function announced(_there: readonly KubeObject[], { all }: Sight): KubeObject[] {
  return all("namespaces").map(({ metadata: { name: namespace } }) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "greeter", namespace },
    spec: { type: "ClusterIP", clusterIP: "10.255.255.250", ports: [{ name: "http", port: 80 }] },
  }));
}
