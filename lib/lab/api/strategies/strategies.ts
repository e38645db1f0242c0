import { defaultLimit } from "../admission/limit-range.ts";
import { resourceName } from "../registry/resource.ts";
import type { Resource } from "../registry/resource.ts";
import { configMapStrategy, secretStrategy } from "./configuration.ts";
import { definitionStrategy } from "./definition.ts";
import { ingressClassStrategy, ingressStrategy } from "./ingress.ts";
import { namespaceStrategy } from "./namespace.ts";
import { networkPolicyStrategy } from "./network-policy.ts";
import { endpointSliceStrategy, endpointsStrategy } from "./networking.ts";
import { podStrategy } from "./pod.ts";
import { serviceStrategy } from "./service.ts";
import type { Strategy } from "./strategy.ts";
import { daemonSetStrategy, deploymentStrategy, replicaSetStrategy, statefulSetStrategy } from "./workloads.ts";

const strategies: Record<string, Strategy> = {
  namespaces: namespaceStrategy,
  // A node that registers itself brings its status along.
  nodes: { initialStatus: (draft) => draft["status"] },
  pods: podStrategy,
  services: serviceStrategy,
  endpoints: endpointsStrategy,
  configmaps: configMapStrategy,
  secrets: secretStrategy,
  resourcequotas: { initialStatus: () => ({}) },
  limitranges: {
    defaults(draft) {
      for (const item of draft["spec"]?.limits ?? []) defaultLimit(item);
    },
  },
  "deployments.apps": deploymentStrategy,
  "replicasets.apps": replicaSetStrategy,
  "daemonsets.apps": daemonSetStrategy,
  "statefulsets.apps": statefulSetStrategy,
  "endpointslices.discovery.k8s.io": endpointSliceStrategy,
  "ingresses.networking.k8s.io": ingressStrategy,
  "ingressclasses.networking.k8s.io": ingressClassStrategy,
  "networkpolicies.networking.k8s.io": networkPolicyStrategy,
  "storageclasses.storage.k8s.io": {
    defaults(draft) {
      draft["reclaimPolicy"] ??= "Delete";
      draft["volumeBindingMode"] ??= "Immediate";
    },
  },
  "customresourcedefinitions.apiextensions.k8s.io": definitionStrategy,
};

/** Gives what is special about a resource; an empty strategy when nothing is. */
export function strategyOf(resource: Resource): Strategy {
  return strategies[resourceName(resource)] ?? {};
}
