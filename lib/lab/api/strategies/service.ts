import { isIP } from "node:net";
import { familyOf } from "../../../base/family.ts";
import type { KubeObject } from "../../model.ts";
import { duplicateValue, forbiddenValue, invalidValue, requiredValue, unsupportedValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import { labelErrors, subdomainErrors } from "./names.ts";
import { portErrors, portOrNameErrors, protocolErrors } from "./ports.ts";
import { allocateServiceAddresses } from "./service-address.ts";
import { carryFamilies, familyChangeErrors, familyErrors, settleFamilies } from "./service-families.ts";
import { allocateNodePorts, hasNodePorts } from "./service-node-ports.ts";
import type { Fields, Strategy } from "./strategy.ts";

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

/**
 * Services: defaults, addresses and ports.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
 */
export const serviceStrategy: Strategy = {
  initialStatus: () => ({ loadBalancer: {} }),
  defaults(draft) {
    const spec = (draft["spec"] ??= {});
    spec.type ??= "ClusterIP";
    spec.sessionAffinity ??= "None";
    if (spec.sessionAffinity === "ClientIP") {
      spec.sessionAffinityConfig ??= {};
      spec.sessionAffinityConfig.clientIP ??= {};
      spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= 10_800;
    }
    for (const port of spec.ports ?? []) {
      port.protocol ??= "TCP";
      port.targetPort ??= port.port;
    }
    if (hasAddress(spec)) spec.internalTrafficPolicy ??= "Cluster";
    if (hasNodePorts(spec)) spec.externalTrafficPolicy ??= "Cluster";
    if (spec.type !== "LoadBalancer") return;
    spec.allocateLoadBalancerNodePorts ??= true;
    for (const ingress of draft["status"]?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= "VIP";
  },
  prepareCreate(draft) {
    const spec = draft["spec"];
    dropUnused(spec);
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
  },
  prepareUpdate(draft, old) {
    const [spec, before] = [draft["spec"], old["spec"]];
    if (hasAddress(spec) && hasAddress(before)) carryFamilies(spec, before);
    for (const port of spec.ports ?? []) {
      const same = (before.ports ?? []).find(
        (item: Fields) => item.port === port.port && item.protocol === port.protocol,
      );
      if (hasNodePorts(spec) && same?.nodePort && hasNodePorts(before)) port.nodePort ??= same.nodePort;
    }
    dropUnused(spec);
  },
  validate({ spec }: KubeObject) {
    if (!types.includes(spec.type)) return [unsupportedValue("spec.type", spec.type, types)];
    if (spec.type === "ExternalName") return externalNameErrors(spec);
    const ports: Fields[] = spec.ports ?? [];
    return [
      ...familyErrors(spec),
      ...(ports.length === 0 && spec.clusterIP !== "None" ? [requiredValue("spec.ports")] : []),
      ...ports.flatMap((port, index) => servicePortErrors(port, index, ports)),
      ...(["None", "ClientIP"].includes(spec.sessionAffinity)
        ? []
        : [unsupportedValue("spec.sessionAffinity", spec.sessionAffinity, ["ClientIP", "None"])]),
      ...policyErrors("internalTrafficPolicy", spec.internalTrafficPolicy),
      ...(hasNodePorts(spec) ? policyErrors("externalTrafficPolicy", spec.externalTrafficPolicy) : []),
      ...sourceRangeErrors(spec),
    ];
  },
  validateUpdate(draft, old) {
    const [spec, before] = [draft["spec"], old["spec"]];
    const port = before.healthCheckNodePort;
    if (port && spec.healthCheckNodePort && spec.healthCheckNodePort !== port) {
      return [forbiddenValue("spec.healthCheckNodePort", "field is immutable")];
    }
    return hasAddress(spec) && hasAddress(before) ? familyChangeErrors(spec, before) : [];
  },
  allocate(draft, old, context) {
    const spec = draft["spec"];
    const before: Fields = old?.["spec"] ?? {};
    if (!hasAddress(spec)) return allocateNodePorts(draft, old, context);
    const refused = settleFamilies(spec, before, context.serviceCidrs.map(familyOf));
    if (refused.length > 0) return refused;
    return [...allocateServiceAddresses(spec, before, context), ...allocateNodePorts(draft, old, context)];
  },
};

function hasAddress(spec: Fields): boolean {
  return spec.type !== "ExternalName";
}

/** Takes away what the type has no use for, so that a change of type gives addresses and ports back. */
function dropUnused(spec: Fields): void {
  if (!hasAddress(spec)) for (const field of addressFields) delete spec[field];
  if (!hasNodePorts(spec)) {
    delete spec.externalTrafficPolicy;
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (spec.type !== "LoadBalancer") for (const field of loadBalancerFields) delete spec[field];
  if (spec.type !== "LoadBalancer" || spec.externalTrafficPolicy !== "Local") delete spec.healthCheckNodePort;
  if (spec.sessionAffinity !== "ClientIP") delete spec.sessionAffinityConfig;
}

const addressFields = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"];
const loadBalancerFields = ["allocateLoadBalancerNodePorts", "loadBalancerClass"];

function externalNameErrors({ externalName }: Fields): FieldError[] {
  if (!externalName) return [requiredValue("spec.externalName")];
  return subdomainErrors(externalName.replace(/\.$/, "")).map((why) =>
    invalidValue("spec.externalName", externalName, why),
  );
}

function policyErrors(field: string, policy: string): FieldError[] {
  const supported = ["Cluster", "Local"];
  return supported.includes(policy) ? [] : [unsupportedValue(`spec.${field}`, policy, supported)];
}

function sourceRangeErrors({ type, loadBalancerSourceRanges: ranges = [] }: Fields): FieldError[] {
  const field = "spec.LoadBalancerSourceRanges";
  const why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
  return [
    ...(ranges.length > 0 && type !== "LoadBalancer"
      ? [forbiddenValue(field, "may only be used when `type` is 'LoadBalancer'")]
      : []),
    ...ranges.flatMap((range: string, index: number) =>
      isRange(range.trim()) ? [] : [invalidValue(`${field}[${index}]`, range, why)],
    ),
  ];
}

function isRange(text: string): boolean {
  const [address = "", length = ""] = text.split("/");
  return isIP(address) > 0 && /^\d+$/.test(length) && Number(length) <= (isIP(address) === 4 ? 32 : 128);
}

function servicePortErrors(port: Fields, index: number, ports: Fields[]): FieldError[] {
  const field = `spec.ports[${index}]`;
  const earlier = ports.slice(0, index);
  const errors: FieldError[] = [];
  if (!port.name && ports.length > 1) errors.push(requiredValue(`${field}.name`));
  if (port.name) {
    errors.push(...labelErrors(port.name).map((why) => invalidValue(`${field}.name`, port.name, why)));
    if (earlier.some(({ name }) => name === port.name)) errors.push(duplicateValue(`${field}.name`, port.name));
  }
  errors.push(
    ...portErrors(`${field}.port`, port.port ?? 0),
    ...protocolErrors(`${field}.protocol`, port.protocol),
    ...portOrNameErrors(`${field}.targetPort`, port.targetPort ?? 0),
  );
  if (earlier.some((item) => item.port === port.port && item.protocol === port.protocol)) {
    const { protocol, port: number } = port;
    errors.push(duplicateValue(field, { protocol, port: number }));
  }
  return errors;
}
