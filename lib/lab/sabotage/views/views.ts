import { apiServerViews } from "./api-server-views.ts";
import { dnsViews } from "./dns-views.ts";
import { endpointSliceViews } from "./endpoint-slice-views.ts";
import { ingressViews } from "./ingress-views.ts";
import { kubeProxyViews } from "./kube-proxy-views.ts";
import { loadBalancerViews } from "./load-balancer-views.ts";
import { machineryViews } from "./machinery-views.ts";
import { meshViews } from "./mesh-views.ts";
import { networkPolicyViews } from "./network-policy-views.ts";
import { podViews } from "./pod-views.ts";
import type { View } from "./view.ts";

/** All views. */
export const views: readonly View[] = [
  ...apiServerViews,
  ...dnsViews,
  ...endpointSliceViews,
  ...ingressViews,
  ...kubeProxyViews,
  ...loadBalancerViews,
  ...machineryViews,
  ...meshViews,
  ...networkPolicyViews,
  ...podViews,
];
