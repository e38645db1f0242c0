import type { KubeObject } from "../../model.ts";
import { foreignAddress } from "./foreign-address.ts";
import { hiding, lingering, withSpec } from "./looks.ts";
import { sliceResource } from "./slice-looks.ts";
import type { View } from "./view.ts";

const pools = "ipaddresspools.metallb.io";
/** Addresses of the lab's network that are in nobody's pool. */
const elsewhere = { first: "172.19.254.1-172.19.254.100" };

/** What the giver of addresses, and whoever makes nodes answer for them, may see wrongly. */
export const loadBalancerViews: View[] = [
  { name: "load-balancer.no-services", sees: { services: hiding((service) => !hasAddress(service)) } },
  {
    name: "load-balancer.other-pool",
    sees: {
      [pools]: withSpec(
        () => true,
        (spec) => ({ ...spec, addresses: [elsewhere.first] }),
      ),
    },
  },
  { name: "speaker.no-services", sees: { services: hiding(hasAddress) } },
  { name: "speaker.stale-services", sees: { services: lingering(), [sliceResource]: lingering() } },
  { name: "speaker.foreign-address", sees: { services: foreignAddress } },
];

function hasAddress({ status }: KubeObject): boolean {
  return (status?.loadBalancer?.ingress ?? []).length > 0;
}
