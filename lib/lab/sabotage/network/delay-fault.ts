import { join } from "node:path";
import type { Fault, NodeStep, Program } from "../fault.ts";
import { athens, athensNodes, gateways, hurup, hurupNodes } from "./two-regions.ts";

const relay = join(import.meta.dirname, "../programs/delay-relay.mjs");
const relayPort = "4791";
const arrivalPort = "4790";
const delayMs = "300";
const relayNode = "region-hurup-control-plane";
const [relayAddress] = Object.values(gateways.hurup);

/** A tunnel's end has a hardware address that tells the address of its node. */
function linkAddress(node: string): string {
  const bytes = node.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"));
  return ["02", "00", ...bytes].join(":");
}

function arrives(node: string, address: string): NodeStep {
  const program: Program[] = node === relayNode ? [{ program: [process.execPath, relay, relayPort, delayMs] }] : [];
  const tunnel = `ip link add slow type vxlan id 9 local ${address} dstport ${arrivalPort} nolearning`.split(" ");
  const up = `ip link set slow address ${linkAddress(address)} up mtu 1500`.split(" ");
  const make = [{ run: tunnel }, { run: up }, ...program];
  return { kind: "node", node, make, undo: [{ run: ["ip", "link", "del", "slow"] }] };
}

/** The relay takes everything that leaves; packets are cut to size before, since it does not. */
function leaves(node: string): NodeStep {
  const tunnel = `ip link add slow type vxlan id 9 remote ${relayAddress} dstport ${relayPort} nolearning`.split(" ");
  const routes = Object.entries(gateways.hurup);
  return {
    kind: "node",
    node,
    make: [
      { run: tunnel },
      { run: "ip link set slow up mtu 1500 gso_max_segs 1".split(" ") },
      ...routes.map(([, via]) => ({
        run: `ip neigh replace ${via} lladdr ${linkAddress(via)} dev slow nud permanent`.split(" "),
      })),
      ...routes.map(([range, via]) => ({ run: `ip route replace ${range} via ${via} dev slow onlink`.split(" ") })),
    ],
    undo: [
      ...routes.map(([range, via]) => ({ run: `ip route replace ${range} via ${via} dev eth0`.split(" ") })),
      { run: ["ip", "link", "del", "slow"] },
    ],
  };
}

/** Packets take a tunnel to a relay, which holds them back: the kernel's own way to delay them is missing in many of them. */
export const delayFault: Fault = {
  id: "cross-cluster-delay",
  breaks: "packets from one cluster to the other arrive 300 ms late",
  topology: "two-regions",
  steps: [
    ...hurupNodes.map((node, index) => arrives(node, Object.values(gateways.hurup)[index] ?? "")),
    ...athensNodes.map(leaves),
  ],
  asks: ["pod-to-pod"],
  mustRed: [
    { scenario: "pod-to-pod/round-trip", id: /athens-worker2?\/client/ },
    { scenario: "pod-to-pod/round-trip", id: /hurup-worker2?\/client/ },
  ],
  mustStayGreen: [
    { scenario: "pod-to-pod/same-node" },
    { scenario: "pod-to-pod/across-nodes" },
    { scenario: "pod-to-pod/across-clusters" },
  ],
  causes: [`slow clusters/${athens}<>${hurup}`],
};
