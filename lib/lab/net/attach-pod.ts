import type { AttachPod, LabNode, PodNetwork } from "../model.ts";
import { linkSysctls } from "./ipv6-sysctls.ts";
import { gatewayOf, podAddresses } from "./pod-addresses.ts";
import type { PodAddresses } from "./pod-addresses.ts";
import { configureNetns } from "./run-tool.ts";

/** As container runtimes set a pod up: ports below 1024 and ping are for everyone. The first for the reason named at the nodes' sysctls. */
const podSysctls = { "ipv4/icmp_ratemask": 0, "ipv4/ip_unprivileged_port_start": 0, "ipv4/ip_forward": 0 };

/** Neighbours of a link ask each other from addresses of that link, so this is what pods use as their gateway, each on its own link. */
const linkGateway = "fe80::1";

/** The addresses that a node gives to its pods, in each family that it has. */
interface Ranges {
  ipv4: PodAddresses;
  ipv6?: PodAddresses;
}

/**
 * Makes the function that gives pods a network namespace, for all nodes of a lab. Each pod hangs on its node by a link of its own and
 * knows nothing but its gateway, so that every packet, to a pod beside it too, goes through the node's routes and rules.
 */
export function podAttacher(): AttachPod {
  const ranges = new Map<string, Ranges>();
  let links = 0;
  return async (node, key) => {
    const range = `${node.netns} ${node.podCidr}`;
    const own = ranges.get(range) ?? rangesOf(node);
    ranges.set(range, own);
    links += 1;
    return attach(node, own, `pod-${key}`, `veth${links}`);
  };
}

function rangesOf(node: LabNode): Ranges {
  return {
    ipv4: podAddresses(node.name, node),
    ...(node.ipv6 && { ipv6: podAddresses(node.name, node.ipv6) }),
  };
}

async function attach(node: LabNode, ranges: Ranges, netns: string, link: string): Promise<PodNetwork> {
  const address = ranges.ipv4.take();
  const ipv6 = ranges.ipv6?.take();
  const release = async (): Promise<void> => {
    // The link goes first and by name: a namespace lives on as long as a process of the pod does.
    await ignoreFailure(configureNetns(node.netns, { force: true, lines: [`link del ${link}`, `netns del ${netns}`] }));
    ranges.ipv4.giveBack(address);
    if (ipv6 !== undefined) ranges.ipv6?.giveBack(ipv6);
  };
  try {
    await configureNetns(node.netns, {
      lines: [
        `netns add ${netns}`,
        `link add ${link} type veth peer name eth0 netns ${netns}`,
        `link set ${link} up`,
        `route add ${address}/32 dev ${link} src ${node.address}`,
        ...(ipv6 === undefined ? [] : linkToPod(link, ipv6, node.ipv6?.address ?? "")),
      ],
    });
    await configureNetns(netns, {
      sysctls: { ...podSysctls, ...(ipv6 !== undefined && linkSysctls("eth0")) },
      lines: [
        "link set lo up",
        `address add ${address}/32 dev eth0`,
        "link set eth0 up",
        `route add ${gatewayOf(node)} dev eth0 scope link`,
        `route add default via ${gatewayOf(node)}`,
        ...(ipv6 === undefined
          ? []
          : [`address add ${ipv6}/128 dev eth0 nodad`, `route add default via ${linkGateway} dev eth0`]),
      ],
    });
  } catch (error) {
    await release();
    throw error;
  }
  let released: Promise<void> | undefined;
  const addresses = [address, ...(ipv6 === undefined ? [] : [ipv6])];
  return { addresses, netns, release: () => (released ??= release()) };
}

function linkToPod(link: string, address: string, nodeAddress: string): string[] {
  return [`address add ${linkGateway}/64 dev ${link} nodad`, `route add ${address}/128 dev ${link} src ${nodeAddress}`];
}

async function ignoreFailure(done: Promise<unknown>): Promise<void> {
  try {
    await done;
  } catch {
    // What could not be removed is already gone, or goes with the lab.
  }
}
