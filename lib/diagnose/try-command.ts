import type { Element } from "./element.ts";
import type { Hypothesis } from "./hypothesis.ts";

/** A command that looks closer at what a hypothesis is about. */
export function tryCommand({ element, effect }: Hypothesis): string {
  const { cluster, node, name, to } = element;
  const kubectl = (rest: string, context = cluster) => `kubectl --context ${quoted(context)} ${rest}`;
  const systemPods = (of: string | undefined) =>
    kubectl(`-n kube-system get pods -o wide${of === undefined ? "" : ` --field-selector spec.nodeName=${of}`}`);
  switch (element.kind) {
    case "pod":
      return kubectl(`get pods -A -o wide${node === undefined ? "" : ` --field-selector spec.nodeName=${node}`}`);
    case "link":
    case "node":
    case "within-node":
      return effect === "too-large"
        ? kubectl(`debug node/${node} -it --image=busybox -- ip link`)
        : kubectl(`debug node/${node} -it --image=busybox -- ip route`);
    case "clusters":
    case "addresses":
      return effect === "open"
        ? kubectl("get networkpolicies -A", to?.cluster ?? cluster)
        : kubectl(
            "get nodes -o custom-columns=NAME:.metadata.name,PODS:.spec.podCIDRs,ADDRESSES:.status.addresses[*].address",
          );
    case "host":
    case "outside":
    case "hairpin":
    case "proxy":
    case "node-port":
    case "masquerade":
    case "policy":
      return systemPods(node);
    case "service":
    case "backend":
      return kubectl(`get endpointslices -A -l kubernetes.io/service-name=${(name ?? "").split("/").at(-1)} -o wide`);
    case "dns":
    case "dns-server":
      return kubectl("-n kube-system logs -l k8s-app=kube-dns --tail=50 --prefix");
    case "resolver":
      return kubectl(`get --raw /api/v1/nodes/${node}/proxy/configz`);
    case "load-balancer":
      return kubectl("get services -A -o wide");
    case "ingress":
      return kubectl("describe ingress -A");
    case "mesh":
      return kubectl("-n kube-system exec ds/cilium -c cilium-agent -- cilium-dbg status");
    case "claim":
      return kubectl("get events -A --sort-by=.lastTimestamp");
  }
}

function quoted(context: Element["cluster"]): string {
  return /^[\w.:@-]+$/.test(context) ? context : `'${context.replaceAll("'", String.raw`'\''`)}'`;
}
