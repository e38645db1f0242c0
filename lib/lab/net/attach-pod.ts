import type { AttachPod, LabNode, PodNetwork } from "../model.ts";
import { gatewayOf, podAddresses } from "./pod-addresses.ts";
import type { PodAddresses } from "./pod-addresses.ts";
import { configureNetns } from "./run-tool.ts";

/** As container runtimes set a pod up: ports below 1024 and ping are for everyone. The first for the reason named at the nodes' sysctls. */
const podSysctls = { icmp_ratemask: 0, ip_unprivileged_port_start: 0, ip_forward: 0 };

/**
 * Makes the function that gives pods a network namespace, for all nodes of a lab. Each pod hangs on its node by a link of its own and
 * knows nothing but its gateway, so that every packet, to a pod beside it too, goes through the node's routes and rules.
 */
export function podAttacher(): AttachPod {
  const ranges = new Map<string, PodAddresses>();
  let links = 0;
  return async (node, key) => {
    const addresses = ranges.get(node.netns) ?? podAddresses(node);
    ranges.set(node.netns, addresses);
    links += 1;
    return attach(node, addresses, `pod-${key}`, `veth${links}`);
  };
}

async function attach(node: LabNode, addresses: PodAddresses, netns: string, link: string): Promise<PodNetwork> {
  const address = addresses.take();
  const release = async (): Promise<void> => {
    // The link goes first and by name: a namespace lives on as long as a process of the pod does.
    await ignoreFailure(configureNetns(node.netns, { force: true, lines: [`link del ${link}`, `netns del ${netns}`] }));
    addresses.giveBack(address);
  };
  try {
    await configureNetns(node.netns, {
      lines: [
        `netns add ${netns}`,
        `link add ${link} type veth peer name eth0 netns ${netns}`,
        `link set ${link} up`,
        `route add ${address}/32 dev ${link} src ${node.address}`,
      ],
    });
    await configureNetns(netns, {
      sysctls: podSysctls,
      lines: [
        "link set lo up",
        `address add ${address}/32 dev eth0`,
        "link set eth0 up",
        `route add ${gatewayOf(node)} dev eth0 scope link`,
        `route add default via ${gatewayOf(node)}`,
      ],
    });
  } catch (error) {
    await release();
    throw error;
  }
  let released: Promise<void> | undefined;
  return { address, netns, release: () => (released ??= release()) };
}

async function ignoreFailure(done: Promise<unknown>): Promise<void> {
  try {
    await done;
  } catch {
    // What could not be removed is already gone, or goes with the lab.
  }
}
