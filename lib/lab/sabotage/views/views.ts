import { apiServerViews } from "./api-server-views.ts";
import { dnsViews } from "./dns-views.ts";
import { endpointSliceViews } from "./endpoint-slice-views.ts";
import { kubeProxyViews } from "./kube-proxy-views.ts";
import { loadBalancerViews } from "./load-balancer-views.ts";
import { podViews } from "./pod-views.ts";
import type { View } from "./view.ts";

/** All views. */
export const views: readonly View[] = [
  ...apiServerViews,
  ...kubeProxyViews,
  ...endpointSliceViews,
  ...dnsViews,
  ...loadBalancerViews,
  ...podViews,
];
