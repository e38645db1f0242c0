import type { PathResult } from "../report/path-result.ts";

export type Way = NonNullable<PathResult["way"]>;

/** The way of a path; for results that do not tell it, as much of it as its names do. */
export function wayOf(path: PathResult): Way {
  if (path.way) return path.way;
  const { from, to, scenario, expected, protocol } = path;
  const rung = rungOf(path);
  return {
    rung,
    denial: expected.startsWith("no answer"),
    ...(from.node === undefined ? {} : { fromNode: from.node }),
    ...(rung === "cluster-address" || rung === "name" ? { service: `run/${to.name}` } : {}),
    backends: [],
    eachBackend: scenario === "services/every-backend",
    ...((rung === "node-port" || rung === "host") && to.node !== undefined
      ? { entrance: { cluster: to.cluster, node: to.node } }
      : {}),
    ...(scenario === "service-dns/each-server" && to.node !== undefined
      ? { dnsServer: { cluster: to.cluster, node: to.node, name: to.name } }
      : {}),
    ...(protocol.endsWith("/dns") || rung === "name" ? { looksUp: to.name } : {}),
    ...(path.id.endsWith("-8k") || path.id.endsWith("-8k-ipv6") ? { bytes: 8192 } : {}),
  };
}

function rungOf({ scenario, protocol, to }: PathResult): Way["rung"] {
  const [suite = "", claim = ""] = scenario.split("/");
  if (protocol === "kubernetes") return "api";
  if (protocol === "none") return "environment";
  if (protocol.endsWith("/dns")) return "dns";
  if (suite === "ingress-paths") return "ingress";
  if (suite === "load-balancer") return "load-balancer";
  if (suite === "node-port") return "node-port";
  if (to.name === "node") return "host";
  if (suite === "pod-to-pod" || to.node !== undefined) return "pod";
  return ["name", "headless", "external-name", "namespaces"].includes(claim) ? "name" : "cluster-address";
}
