import type { LabCluster } from "../model.ts";
import { runInNetns } from "./run-tool.ts";

/**
 * Makes the control-plane node answer on port 6443: its namespace passes connections on to `address:port` on the bridge, where the
 * lab's own process listens. The API server sees the node's address as the client's. Rejects with what nft complained about.
 */
export async function forwardApiServer(cluster: LabCluster, address: string, port: number): Promise<void> {
  const node = cluster.nodes.find(({ role }) => role === "control-plane");
  if (node === undefined) throw new Error(`Cluster ${cluster.name} has no control-plane node`);
  const { apiEndpoint } = cluster;
  const translate = `ip daddr ${apiEndpoint.address} tcp dport ${apiEndpoint.port} dnat to ${address}:${port}`;
  await runInNetns(
    node.netns,
    ["nft", "-f", "-"],
    `table ip api-server {
      chain prerouting { type nat hook prerouting priority dstnat - 1; policy accept
        ${translate}
      }
      chain output { type nat hook output priority -101; policy accept
        ${translate}
      }
      chain postrouting { type nat hook postrouting priority srcnat - 1; policy accept
        ip daddr ${address} tcp dport ${port} masquerade
      }
    }
`,
  );
}
