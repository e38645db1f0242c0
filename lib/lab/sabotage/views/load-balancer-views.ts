import type { KubeObject } from "../../model.ts";
import { foreignAddress } from "./foreign-address.ts";
import { hiding, lingering, withSpec } from "./looks.ts";
import { sliceResource } from "./slice-looks.ts";
import type { View } from "./view.ts";

const pools = "ipaddresspools.metallb.io";
/** Addresses of the lab's network: those of the first cluster, and some that are in nobody's pool. */
const ranges = { first: "172.19.255.1-172.19.255.100", nobodys: "172.19.254.1-172.19.254.100" };

/** What the giver of addresses, and whoever makes nodes answer for them, may see wrongly. */
export const loadBalancerViews: View[] = [
  { name: "load-balancer.no-services", sees: { services: hiding((service) => !hasAddress(service)) } },
  {
    name: "load-balancer.other-pool",
    sees: {
      [pools]: withSpec(
        () => true,
        (spec) => ({ ...spec, addresses: [ranges.nobodys] }),
      ),
    },
  },
  { name: "speaker.no-services", sees: { services: hiding(hasAddress) } },
  { name: "speaker.stale-services", sees: { services: lingering(), [sliceResource]: lingering() } },
  { name: "speaker.foreign-address", sees: { services: foreignAddress, [pools]: withSpec(() => true, withFirstPool) } },
];

/** Nobody answers for addresses that are in no pool. */
function withFirstPool(spec: KubeObject[string]): object {
  return { ...spec, addresses: [...spec.addresses, ranges.first] };
}

function hasAddress({ status }: KubeObject): boolean {
  return (status?.loadBalancer?.ingress ?? []).length > 0;
}
