import type { AttachPod, LabCluster, LabNode, Store } from "../../model.ts";
import { familiesOf } from "../address-family.ts";
import { type PolicyRuleset, nodePolicyRules } from "./policy-rules.ts";
import { policyTableBase } from "./policy-table.ts";
import { policyTransaction } from "./policy-transaction.ts";
import { watchPolicies } from "./policy-watch.ts";
import type { PolicyWorld } from "./policy-world.ts";
import { tableWriter } from "../table-writer.ts";

export interface NetworkPolicyOptions {
  store: Pick<Store, "watch">;
  node: LabNode;
  cluster: LabCluster;
  log: (line: string) => void;
  /** `address:port` at which this node is reached, to where it passes that on. What a node says to itself is no policy's matter. */
  forwards?: ReadonlyMap<string, string>;
}

/** Enforces network policies on one node. */
export interface NetworkPolicy {
  /**
   * Wraps the function that gives this node's pods their network: it then resolves when the pod is isolated as the policies that are there
   * demand. No container has started by then, so a pod is never without its policies.
   */
  guard(attachPod: AttachPod): AttachPod;
  /** Stops following changes; the rules stay. */
  stop(): void;
  /** Resolves when the node's rules are those of every change made so far. Never rejects: what fails is logged and tried again. */
  settled(): Promise<void>;
}

const noRules: PolicyRuleset = { chains: new Map(), sets: new Map(), isolated: new Map() };

/**
 * Keeps the policy rules of one node's network namespace as the store's network policies, pods and namespaces want them.
 *
 * Policies decide when a connection begins. One that stands, or a datagram flow that was answered, is left alone by policies that come later.
 * Kubernetes leaves that to the network: Calico does so, others cut what is not allowed any more.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function startNetworkPolicy(options: NetworkPolicyOptions): NetworkPolicy {
  const { store, node, cluster, log, forwards = new Map<string, string>() } = options;
  const watch = watchPolicies(store);
  const families = familiesOf(cluster);
  const base = policyTableBase(families, [...forwards.values()]);
  const writer = tableWriter<PolicyRuleset>({
    netns: node.netns,
    transaction: (applied, wanted) =>
      (applied === undefined ? base : "") + policyTransaction(applied ?? noRules, wanted),
    log: (line) => log(`network policies of ${node.name}: ${line}`),
  });
  /** UID to addresses of pods whose network is there, which the store may not know yet. */
  const attached = new Map<string, string[]>();
  const refresh = (): void =>
    writer.write(nodePolicyRules(withAddresses(watch.world(), attached), node.name, families));
  const unsubscribe = watch.subscribe(refresh);
  refresh();
  return {
    guard: (attachPod) => async (place, key) => {
      const network = await attachPod(place, key);
      attached.set(key, network.addresses);
      refresh();
      await writer.settled();
      return {
        ...network,
        release() {
          attached.delete(key);
          return network.release();
        },
      };
    },
    stop() {
      unsubscribe();
      writer.stop();
    },
    async settled() {
      await watch.settled();
      await writer.settled();
    },
  };
}

function withAddresses(world: PolicyWorld, attached: ReadonlyMap<string, string[]>): PolicyWorld {
  const pods = world.pods.map((pod) => {
    const addresses = pod.addresses.length === 0 ? attached.get(pod.uid) : undefined;
    return addresses === undefined ? pod : { ...pod, addresses };
  });
  return { ...world, pods };
}
