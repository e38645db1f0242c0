import { setTimeout as delay } from "node:timers/promises";
import type { LabCluster, LabNode, Store } from "../model.ts";
import { runInNetns } from "../net/run-tool.ts";
import { proxyTableBase } from "./proxy-table.ts";
import { proxyTransaction } from "./proxy-transaction.ts";
import type { Ruleset } from "./proxy-transaction.ts";
import { differsByNode, serviceRules } from "./service-rules.ts";
import type { RuleContext, ServiceRules } from "./service-rules.ts";
import { serveServiceHealth } from "./service-health.ts";
import type { ServicePort } from "./service-ports.ts";
import { watchServices } from "./service-watch.ts";
import type { ServicePorts } from "./service-watch.ts";

export interface KubeProxyOptions {
  store: Pick<Store, "watch">;
  node: LabNode;
  cluster: LabCluster;
  log: (line: string) => void;
  /** `address:port` of endpoints that this node itself passes on, to where it does. */
  forwards?: ReadonlyMap<string, string>;
}

export interface KubeProxy {
  /** Stops following changes; the rules stay, as those of a kube-proxy that ended do. */
  stop(): void;
  /** Resolves when the node's rules are those of every change made so far. Never rejects: what fails is logged and tried again. */
  settled(): Promise<void>;
}

const retryMs = 1000;
const noRules: Ruleset = new Map();

/**
 * Keeps the Service rules of one node's network namespace as the store's Services and EndpointSlices want them, each change by one
 * atomic transaction, and tells load balancers which of their Services the node has endpoints of.
 */
export function startKubeProxy(options: KubeProxyOptions): KubeProxy {
  const { store, node, log } = options;
  const watch = watchServices(store);
  const rulesFor = nodeRules(options);
  const health = serveServiceHealth(node, log);
  const table = { serviceCidr: options.cluster.serviceCidr, nodeAddress: node.address };
  /** Undefined while the table's content is unknown: at the start, and after a failure. */
  let applied: Ruleset | undefined;
  let wanted: Ruleset = noRules;
  const ending = new AbortController();
  let busy = false;
  let applying = Promise.resolve();

  const apply = async (): Promise<void> => {
    while (!ending.signal.aborted && applied !== wanted) {
      const target = wanted;
      const base = applied === undefined ? proxyTableBase(table) : "";
      const text = base + transaction(applied ?? noRules, target);
      try {
        if (text !== "") await runInNetns(node.netns, ["nft", "-f", "-"], text);
        applied = target;
      } catch (error) {
        log(`kube-proxy of ${node.name}: ${(error as Error).message}`);
        applied = undefined;
        await delay(retryMs, undefined, { signal: ending.signal }).catch(() => {});
      }
    }
    busy = false;
  };
  const unsubscribe = watch.subscribe((ports) => {
    wanted = rulesFor(ports);
    health.show(ports);
    if (busy) return;
    busy = true;
    applying = apply();
  });
  return {
    stop() {
      ending.abort();
      unsubscribe();
      health.stop();
    },
    async settled() {
      await watch.settled();
      await applying;
      await health.settled();
    },
  };
}

const sharedRules = new WeakMap<ServicePort, ServiceRules>();
const sharedRulesets = new WeakMap<ServicePorts, Ruleset>();

/** Where nothing depends on the node, all nodes get the same objects; that a ruleset is applied is then seen, and written out, once. */
function nodeRules({ node, cluster, forwards = new Map() }: KubeProxyOptions): (ports: ServicePorts) => Ruleset {
  const context: RuleContext = {
    podCidr: cluster.podCidr,
    nodeName: node.name,
    nodeAddress: node.address,
    nodePodCidr: node.podCidr,
    forwards,
  };
  const ownRules = new WeakMap<ServicePort, ServiceRules>();
  return (ports) => {
    const differs = [...ports.values()].some((port) => differsByNode(port, forwards));
    const known = differs ? undefined : sharedRulesets.get(ports);
    if (known !== undefined) return known;
    const ruleset = new Map<string, ServiceRules>();
    for (const [key, port] of ports) {
      const memory = differsByNode(port, forwards) ? ownRules : sharedRules;
      const rules = memory.get(port) ?? serviceRules(port, context);
      memory.set(port, rules);
      ruleset.set(key, rules);
    }
    if (!differs) sharedRulesets.set(ports, ruleset);
    return ruleset;
  };
}

const transactions = new WeakMap<Ruleset, WeakMap<Ruleset, string>>();

function transaction(before: Ruleset, after: Ruleset): string {
  const from = transactions.get(before) ?? new WeakMap<Ruleset, string>();
  transactions.set(before, from);
  const text = from.get(after) ?? proxyTransaction(before, after);
  from.set(after, text);
  return text;
}
