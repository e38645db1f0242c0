import { hiding } from "./looks.ts";
import type { View } from "./view.ts";

/** What kubelets, and those who count what pods use, may see wrongly. */
export const kubeletViews: View[] = [
  { name: "kubelet.admits-anybody", manner: { admitsAnybody: true } },
  { name: "quota.no-pods", sees: { pods: hiding(() => true) } },
];
