import type { NodeStep } from "./fault.ts";

/** Where packets meet rules: before any other rule of the node does, where that is possible. */
const places = {
  /** Packets that a node passes on, after Services' addresses became pods'. */
  forward: "type filter hook forward priority -5",
  /** Packets that arrive at a node for itself. */
  input: "type filter hook input priority -300",
  /** Packets of a node's own. */
  output: "type filter hook output priority -5",
  /** Packets that arrive at a node, as they arrive. */
  prerouting: "type filter hook prerouting priority -350",
  /** Packets that leave a node, as others will see them. */
  leaving: "type filter hook postrouting priority 300",
} as const;

/** Rules of nft for one node, by the place where they stand; each without the table around it. */
export type NftRules = Partial<Record<keyof typeof places, string[]>> & {
  /** Whole chains, sets and the like, in nft's words. */
  more?: string;
};

/** Makes the step that adds rules to a node, in a table that has the fault's name, and takes the table away again. */
export function nftStep(fault: string, node: string, { more = "", ...rules }: NftRules): NodeStep {
  const chains = Object.entries(rules).map(
    ([place, lines]) => `chain ${place} {\n ${places[place as keyof typeof places]}\n ${lines.join("\n ")}\n}`,
  );
  return {
    kind: "node",
    node,
    make: [{ nft: `table inet sabotage-${fault} {\n${[more, ...chains].join("\n")}\n}` }],
    undo: [{ nft: `delete table inet sabotage-${fault}` }],
  };
}
