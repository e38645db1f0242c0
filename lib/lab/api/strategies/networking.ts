import { requiredValue, unsupportedValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import type { Fields, Strategy } from "./strategy.ts";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ */
export const ingressStrategy: Strategy = {
  initialStatus: () => ({ loadBalancer: {} }),
  defaults(draft) {
    draft["spec"] ??= {};
  },
  validate({ spec }) {
    const rules: Fields[] = spec.rules ?? [];
    if (rules.length === 0 && !spec.defaultBackend) {
      const why = "either `defaultBackend` or `rules` must be specified";
      return [{ reason: "FieldValueInvalid", message: `Invalid value: null: ${why}`, field: "spec" }];
    }
    return rules.flatMap((rule, index) =>
      (rule.http?.paths ?? []).flatMap((path: Fields, at: number) =>
        pathErrors(path, `spec.rules[${index}].http.paths[${at}]`),
      ),
    );
  },
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ */
export const networkPolicyStrategy: Strategy = {
  defaults(draft) {
    const spec = (draft["spec"] ??= {});
    spec.podSelector ??= {};
    spec.policyTypes ??= spec.egress ? ["Ingress", "Egress"] : ["Ingress"];
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
      for (const port of rule.ports ?? []) port.protocol ??= "TCP";
    }
  },
};

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

function pathErrors({ path, pathType, backend }: Fields, field: string): FieldError[] {
  const supported = ["Exact", "ImplementationSpecific", "Prefix"];
  const errors: FieldError[] = [];
  if (!pathType) errors.push(requiredValue(`${field}.pathType`, "pathType must be specified"));
  else if (!supported.includes(pathType)) errors.push(unsupportedValue(`${field}.pathType`, pathType, supported));
  if (pathType && pathType !== "ImplementationSpecific" && !path?.startsWith("/")) {
    errors.push({
      reason: "FieldValueInvalid",
      message: `Invalid value: ${JSON.stringify(path ?? "")}: must be an absolute path`,
      field: `${field}.path`,
    });
  }
  if (!backend?.service && !backend?.resource) {
    errors.push(requiredValue(`${field}.backend`, "must specify either a service or a resource backend"));
  }
  return errors;
}
