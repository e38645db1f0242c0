import { KubeConfig } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { clusterContract } from "./contract/cluster-contract.ts";
import { meshContract } from "./contract/mesh-contract.ts";
import { openWire } from "./contract/wire.ts";
import type { Wire } from "./contract/wire.ts";

const chosen = chosenClusters();

test("there is a cluster to try the contract on", ({ skip }) => {
  skip(chosen.contexts.length === 0, "neither MESHGATE_CONTRACT_KUBECONFIG nor KUBECONFIG names one");
  expect(chosen.contexts).not.toContain("");
});

for (const context of chosen.contexts) clusterContract(context, () => reach(context));
if (chosen.contexts.length > 0) meshContract(chosen.contexts.map((context) => () => reach(context)));

function reach(context: string): Promise<Wire> {
  const own = new KubeConfig();
  own.loadFromString(chosen.kubeconfig.exportConfig());
  own.setCurrentContext(context);
  return openWire(own);
}

/** A kubeconfig made for the contract is meant as a whole; of the user's own only the current context is touched. */
function chosenClusters(): { kubeconfig: KubeConfig; contexts: string[] } {
  const { MESHGATE_CONTRACT_KUBECONFIG: given, KUBECONFIG: usual } = process.env;
  const kubeconfig = new KubeConfig();
  if (given) {
    kubeconfig.loadFromFile(given);
    return { kubeconfig, contexts: kubeconfig.getContexts().map(({ name }) => name) };
  }
  if (!usual) return { kubeconfig, contexts: [] };
  kubeconfig.loadFromDefault();
  return { kubeconfig, contexts: [kubeconfig.getCurrentContext()] };
}
