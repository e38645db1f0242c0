import { hiding } from "./looks.ts";
import type { View } from "./view.ts";

/** What those who guard kubelets, and those who count what pods use, may see wrongly. */
export const machineryViews: View[] = [
  { name: "kubelet.admits-anybody", manner: { admitsAnybody: true } },
  { name: "quota.no-pods", sees: { pods: hiding(() => true) } },
];
