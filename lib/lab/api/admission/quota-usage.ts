import type { KubeObject } from "../../model.ts";
import { hasNodePorts } from "../strategies/service-node-ports.ts";
import type { Fields, StrategyContext } from "../strategies/strategy.ts";
import { parseQuantity } from "./quantity.ts";

/** Amounts in thousandths by the names that a quota uses: `pods`, `requests.cpu`, `count/deployments.apps`. */
export type Usage = Record<string, bigint>;

/** Gives what one object uses up of quotas. */
export function usageOf(resource: string, object: KubeObject): Usage {
  const one = 1000n;
  const counted: Usage = { [`count/${resource}`]: one };
  if (resource === "pods") {
    const isOver = ["Succeeded", "Failed"].includes(object["status"]?.phase);
    return isOver ? {} : { ...counted, pods: one, ...computeUsage(object["spec"]) };
  }
  if (resource === "services") {
    const { type, ports = [] } = object["spec"];
    const nodePorts = hasNodePorts(object["spec"]) ? BigInt(ports.length) * one : 0n;
    return {
      ...counted,
      services: one,
      "services.nodeports": nodePorts,
      "services.loadbalancers": type === "LoadBalancer" ? one : 0n,
    };
  }
  return ["configmaps", "secrets", "resourcequotas"].includes(resource) ? { ...counted, [resource]: one } : counted;
}

type Reader = Pick<StrategyContext, "list" | "serves">;

/** Sums up what a namespace uses of the names that a quota limits. */
export function namespaceUsage(namespace: string, names: string[], { list, serves }: Reader): Usage {
  const total: Usage = Object.fromEntries(names.map((name) => [name, 0n]));
  for (const resource of new Set(names.map(quotaResource).filter(serves))) {
    for (const object of list(resource, { namespace })) {
      const usage = usageOf(resource, object);
      for (const name of names) total[name]! += usage[name] ?? 0n;
    }
  }
  return total;
}

/** Gives the resource whose objects a name of a quota counts. */
function quotaResource(name: string): string {
  if (name.startsWith("count/")) return name.slice("count/".length);
  if (name.startsWith("services")) return "services";
  return ["configmaps", "secrets", "resourcequotas"].includes(name) ? name : "pods";
}

function computeUsage(spec: Fields): Usage {
  const usage: Usage = {};
  for (const kind of ["requests", "limits"]) {
    for (const name of ["cpu", "memory", "ephemeral-storage"]) {
      const amounts = (containers: Fields[] = []): bigint[] =>
        containers.map((container) => parseQuantity(container.resources?.[kind]?.[name] ?? 0));
      const together = amounts(spec.containers).reduce((sum, amount) => sum + amount, 0n);
      const amount = [together, ...amounts(spec.initContainers)].reduce((a, b) => (a > b ? a : b));
      usage[`${kind}.${name}`] = amount;
      if (kind === "requests") usage[name] = amount;
    }
  }
  return usage;
}
