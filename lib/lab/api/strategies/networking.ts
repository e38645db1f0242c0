import { requiredValue, unsupportedValue } from "../status-errors.ts";
import type { Strategy } from "./strategy.ts";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/ */
export const endpointSliceStrategy: Strategy = {
  defaults(draft) {
    draft["endpoints"] ??= [];
    draft["ports"] ??= [];
    for (const port of draft["ports"]) {
      port.name ??= "";
      port.protocol ??= "TCP";
    }
  },
  validate({ addressType }) {
    const supported = ["FQDN", "IPv4", "IPv6"];
    if (!addressType) return [requiredValue("addressType")];
    return supported.includes(addressType) ? [] : [unsupportedValue("addressType", addressType, supported)];
  },
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoints-v1/ */
export const endpointsStrategy: Strategy = {
  defaults(draft) {
    for (const subset of draft["subsets"] ?? []) for (const port of subset.ports ?? []) port.protocol ??= "TCP";
  },
};
