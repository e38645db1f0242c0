import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { inject, onTestFinished } from "vitest";
import { enterNode, labOf } from "../../lab/lab.ts";

/** Pods of the nodes that tests break, by node. */
export const podRanges = {
  "region-athens-worker": "10.0.1.0/24",
  "region-athens-worker2": "10.0.2.0/24",
  "region-hurup-worker": "10.2.1.0/24",
} as const;

/** Drops what a node forwards and these rules match, until the returned function is called or the test is over. */
export function dropOn(node: keyof typeof podRanges, ...matches: string[]): () => void {
  const rules = matches.map((match) => `add rule inet end-to-end drops ${match} drop`);
  const chain = "add chain inet end-to-end drops { type filter hook forward priority -300; }";
  nft(node, ["add table inet end-to-end", chain, ...rules]);
  const undo = () => nft(node, ["add table inet end-to-end", "delete table inet end-to-end"]);
  onTestFinished(undo);
  return undo;
}

function nft(node: string, lines: string[]): void {
  const handle = labOf(readFileSync(inject("labKubeconfig"), "utf8"));
  if (!handle) throw new Error("the kubeconfig is no lab's");
  const { file, args } = enterNode(handle, node, "nft", ["-f", "-"]);
  const { status, stderr } = spawnSync(file, args, { input: `${lines.join("\n")}\n`, encoding: "utf8" });
  if (status !== 0) throw new Error(`nft on ${node}: ${stderr}`);
}
