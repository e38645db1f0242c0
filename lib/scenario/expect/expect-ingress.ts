import { publishedHosts } from "../../cluster/features/published-hosts.ts";
import { holds } from "./expect-objects.ts";
import type { Expectation } from "./expect.ts";
import type { Ingress } from "../place.ts";

/** Promises an address in the status of an Ingress; none is fine where the ports of nodes lead to its controller, which has nothing to publish. */
export function hasIngressAddress(ingress: Ingress): Expectation {
  return holds("an address in the status of the Ingress", ([object]) => {
    const needsNone = ingress.isToldByService;
    if (!object) return "no such Ingress";
    return publishedHosts(object["status"]).length > 0 || needsNone ? undefined : "no address in its status";
  });
}
