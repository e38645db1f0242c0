import { podAccess } from "../api-access.ts";
import { startClusterDns } from "./cluster-dns.ts";

/** The cluster's name server, as it runs in a pod: DNS on port 53, `/health` on 8080, `/ready` on 8181. */

// Until everybody knows that this pod is ending, questions still come.
const lameDuckMs = 500;
const domain = process.env["CLUSTER_DOMAIN"] ?? "cluster.local";
const clusterSetDomain = process.env["CLUSTERSET_DOMAIN"] ?? "";

process.on("SIGTERM", () => setTimeout(() => process.exit(0), lameDuckMs));

await startClusterDns({
  access: podAccess(),
  node: process.env["NODE_NAME"],
  domain,
  ...(clusterSetDomain !== "" && { clusterSetDomain }),
  // The one means both families, which a cluster's machines need not have.
  address: process.env["POD_IPS"]?.includes(":") ? "::" : "0.0.0.0",
  ports: { dns: 53, health: 8080, ready: 8181 },
  log: (line) => void process.stderr.write(`${line}\n`),
});
process.stdout.write(`serving ${domain}\n`);
