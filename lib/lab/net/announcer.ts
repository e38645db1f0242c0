import { familyOf } from "../../base/family.ts";
import type { LabNode } from "../model.ts";
import type { Topology } from "../topology.ts";
import { bridge, proxyInterface } from "./lab-network.ts";
import { configureNetns } from "./run-tool.ts";

/** Decides which node of the lab answers for addresses that no interface has. */
export interface Announcer {
  /**
   * Makes a node answer when the bridge is asked who has an address. The node does not have it either: what its rules do not translate finds
   * nobody there. Whoever remembers another node asks again.
   */
  announce(node: LabNode, address: string): Promise<void>;
  /** Ends that, and whoever remembers it forgets; a node that does not answer for the address stays as it is. */
  withdraw(node: LabNode, address: string): Promise<void>;
}

/** Makes the announcer of a lab whose network is built. */
export function createAnnouncer({ clusters }: Topology): Announcer {
  const stations = [
    { netns: undefined, interface: bridge },
    ...clusters.flatMap(({ nodes }) => nodes.map(({ netns }) => ({ netns, interface: "eth0" }))),
  ];
  const forget = (address: string): Promise<unknown> =>
    Promise.all(
      stations.map((station) =>
        // Few have ever asked for the address; the others have nothing to forget.
        configureNetns(station.netns, { force: true, lines: [`neigh del ${address} dev ${station.interface}`] }).catch(
          () => {},
        ),
      ),
    );
  const known = new Set<string>();
  return {
    async announce(node, address) {
      await configureNetns(node.netns, {
        lines: [
          `route replace ${address} dev ${proxyInterface} src ${sourceFor(node, address)}`,
          `neigh replace proxy ${address} dev eth0`,
        ],
      });
      if (known.has(address)) await forget(address);
      known.add(address);
    },
    async withdraw(node, address) {
      const lines = [`neigh del proxy ${address} dev eth0`, `route del ${address} dev ${proxyInterface}`];
      await configureNetns(node.netns, { force: true, lines }).catch(() => {});
      await forget(address);
    },
  };
}

function sourceFor(node: LabNode, address: string): string {
  return (familyOf(address) === "IPv6" && node.ipv6 ? node.ipv6 : node).address;
}
