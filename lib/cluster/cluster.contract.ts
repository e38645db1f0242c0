import { KubeConfig } from "@kubernetes/client-node";
import { test } from "vitest";
import { clusterContract } from "./contract/cluster-contract.ts";
import { openWire } from "./contract/wire.ts";

const { MESHGATE_CONTRACT_KUBECONFIG: given, KUBECONFIG: usual } = process.env;

if (given) {
  // Made for the contract: every context in it is meant.
  const config = new KubeConfig();
  config.loadFromFile(given);
  for (const { name } of config.getContexts()) contract(config, name);
} else if (usual) {
  const config = new KubeConfig();
  config.loadFromDefault();
  contract(config, config.getCurrentContext());
} else {
  test("the contract holds on a cluster", ({ skip }) => {
    skip("neither MESHGATE_CONTRACT_KUBECONFIG nor KUBECONFIG names a cluster to try it on");
  });
}

function contract(config: KubeConfig, context: string): void {
  clusterContract(context, () => {
    const own = new KubeConfig();
    own.loadFromString(config.exportConfig());
    own.setCurrentContext(context);
    return openWire(own);
  });
}
