import type { LabCluster, LabNode, Store } from "../model.ts";
import { familyViews } from "./address-family.ts";
import type { AddressFamily, FamilyView } from "./address-family.ts";
import { proxyTableBase } from "./proxy-table.ts";
import { proxyTransaction } from "./proxy-transaction.ts";
import type { Ruleset } from "./proxy-transaction.ts";
import { differsByNode, serviceRules } from "./service-rules.ts";
import type { RuleContext, ServiceRules } from "./service-rules.ts";
import { serveServiceHealth } from "./service-health.ts";
import type { ServicePort } from "./service-ports.ts";
import { watchServices } from "./service-watch.ts";
import type { ServicePorts } from "./service-watch.ts";
import { tableWriter } from "./table-writer.ts";

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

const noRules: Ruleset = new Map();

/**
 * Keeps the Service rules of one node's network namespace as the store's Services and EndpointSlices want them, each change by one
 * atomic transaction, and tells load balancers which of their Services the node has endpoints of. Each family has its own table, and knows nothing
 * of the other.
 */
export function startKubeProxy(options: KubeProxyOptions): KubeProxy {
  const proxies = familyViews(options.cluster, options.node).map((view) => startFamily(options, view));
  return {
    stop() {
      for (const proxy of proxies) proxy.stop();
    },
    async settled() {
      await Promise.all(proxies.map((proxy) => proxy.settled()));
    },
  };
}

function startFamily({ store, node, log, forwards = new Map() }: KubeProxyOptions, view: FamilyView): KubeProxy {
  const { family } = view;
  const { netns, name } = node;
  const watch = watchServices(store, family.name);
  const rulesFor = nodeRules({ ...view, nodeName: name, forwards });
  const health = serveServiceHealth({ name, netns, address: view.node.address }, log);
  const writer = tableWriter<Ruleset>({
    netns,
    transaction: (applied, wanted) =>
      (applied === undefined ? proxyTableBase(view) : "") + transaction(family, applied ?? noRules, wanted),
    log: (line) => log(`kube-proxy of ${name}: ${line}`),
  });
  const unsubscribe = watch.subscribe((ports) => {
    writer.write(rulesFor(ports));
    health.show(ports);
  });
  return {
    stop() {
      unsubscribe();
      writer.stop();
      health.stop();
    },
    async settled() {
      await watch.settled();
      await writer.settled();
      await health.settled();
    },
  };
}

const sharedRules = new WeakMap<ServicePort, ServiceRules>();
const sharedRulesets = new WeakMap<ServicePorts, Ruleset>();

/** Where nothing depends on the node, all nodes get the same objects; that a ruleset is applied is then seen, and written out, once. */
function nodeRules(context: RuleContext): (ports: ServicePorts) => Ruleset {
  const ownRules = new WeakMap<ServicePort, ServiceRules>();
  return (ports) => {
    const differs = [...ports.values()].some((port) => differsByNode(port, context));
    const known = differs ? undefined : sharedRulesets.get(ports);
    if (known !== undefined) return known;
    const ruleset = new Map<string, ServiceRules>();
    for (const [key, port] of ports) {
      const memory = differsByNode(port, context) ? ownRules : sharedRules;
      const rules = memory.get(port) ?? serviceRules(port, context);
      memory.set(port, rules);
      ruleset.set(key, rules);
    }
    if (!differs) sharedRulesets.set(ports, ruleset);
    return ruleset;
  };
}

const transactions = new WeakMap<Ruleset, WeakMap<Ruleset, string>>();

function transaction(family: AddressFamily, before: Ruleset, after: Ruleset): string {
  const from = transactions.get(before) ?? new WeakMap<Ruleset, string>();
  transactions.set(before, from);
  const text = from.get(after) ?? proxyTransaction(family, before, after);
  from.set(after, text);
  return text;
}
