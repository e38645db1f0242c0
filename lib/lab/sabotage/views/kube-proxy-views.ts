import { hiding } from "./looks.ts";
import type { View } from "./view.ts";

/** What a node's proxy may see wrongly. */
export const kubeProxyViews: View[] = [
  { name: "kube-proxy.no-service", sees: { services: hiding(({ metadata }) => metadata.name === "echo") } },
];
