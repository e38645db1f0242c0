import { kubeProxyViews } from "./kube-proxy-views.ts";
import type { View } from "./view.ts";

/** All views. */
export const views: readonly View[] = [...kubeProxyViews];
