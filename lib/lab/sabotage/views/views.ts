import { ingressViews } from "./ingress-views.ts";
import { kubeProxyViews } from "./kube-proxy-views.ts";
import { kubeletViews } from "./kubelet-views.ts";
import { meshViews } from "./mesh-views.ts";
import { networkPolicyViews } from "./network-policy-views.ts";
import type { View } from "./view.ts";

/** All views. */
export const views: readonly View[] = [
  ...kubeProxyViews,
  ...ingressViews,
  ...meshViews,
  ...networkPolicyViews,
  ...kubeletViews,
];
