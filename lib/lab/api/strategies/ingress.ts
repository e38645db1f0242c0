import { isIPv4, isIPv6 } from "node:net";
import type { KubeObject } from "../../model.ts";
import { forbiddenValue, invalid, invalidValue, requiredValue, unsupportedValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import { labelErrors, portNameErrors, subdomainErrors } from "./names.ts";
import { portErrors } from "./ports.ts";
import type { Fields, Strategy } from "./strategy.ts";

const classAnnotation = "kubernetes.io/ingress.class";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ */
export const ingressStrategy: Strategy = {
  initialStatus: () => ({ loadBalancer: {} }),
  defaults(draft) {
    draft["spec"] ??= {};
  },
  prepareCreate(draft, { resource }) {
    const annotation = draft.metadata.annotations?.[classAnnotation];
    if (annotation === undefined || draft["spec"].ingressClassName === undefined) return;
    const why = "can not be set when the class field is also set";
    throw invalid(resource, draft.metadata.name, [invalidValue(`annotations.${classAnnotation}`, annotation, why)]);
  },
  validate({ spec }) {
    const rules: Fields[] = spec.rules ?? [];
    if (rules.length === 0 && !spec.defaultBackend) {
      const why = "either `defaultBackend` or `rules` must be specified";
      return [{ reason: "FieldValueInvalid", message: `Invalid value: null: ${why}`, field: "spec" }];
    }
    return [
      ...(spec.defaultBackend ? backendErrors(spec.defaultBackend, "spec.defaultBackend") : []),
      ...rules.flatMap((rule, index) => ruleErrors(rule, `spec.rules[${index}]`)),
      ...(spec.tls ?? []).flatMap(({ hosts }: Fields, index: number) =>
        (hosts ?? []).flatMap((host: string) => hostErrors(host, `spec.tls[${index}].hosts`)),
      ),
      ...classNameErrors(spec.ingressClassName),
    ];
  },
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-class-v1/ */
export const ingressClassStrategy: Strategy = {
  defaults(draft) {
    draft["spec"] ??= {};
    const { parameters } = draft["spec"];
    if (parameters) parameters.scope ??= "Cluster";
  },
  validate({ spec }) {
    return [...controllerErrors(spec.controller ?? ""), ...(spec.parameters ? parameterErrors(spec.parameters) : [])];
  },
  validateUpdate: (draft: KubeObject, old: KubeObject) =>
    draft["spec"].controller === old["spec"].controller
      ? []
      : [invalidValue("spec.controller", draft["spec"].controller, "field is immutable")],
};

function ruleErrors(rule: Fields, field: string): FieldError[] {
  const host = rule.host ? hostErrors(rule.host, `${field}.host`) : [];
  if (!rule.http) return host;
  const paths: Fields[] = rule.http.paths ?? [];
  if (paths.length === 0) return [...host, requiredValue(`${field}.http.paths`)];
  return [...host, ...paths.flatMap((path, index) => pathErrors(path, `${field}.http.paths[${index}]`))];
}

function hostErrors(host: string, field: string): FieldError[] {
  if (isIPv4(host) || isIPv6(host)) return [invalidValue(field, host, "must be a DNS name, not an IP address")];
  if (!host.includes("*")) return subdomainErrors(host).map((why) => invalidValue(field, host, why));
  if (host.startsWith("*.") && subdomainErrors(host.slice(2)).length === 0) return [];
  const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  const why =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case " +
    "alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation " +
    `is '\\*\\.${label}(\\.${label})*')`;
  return [invalidValue(field, host, why)];
}

const pathTypes = ["Exact", "ImplementationSpecific", "Prefix"];
const forbiddenSequences = ["//", "/./", "/../", "%2f", "%2F"];
const forbiddenEnds = ["/..", "/."];

function pathErrors({ path = "", pathType, backend = {} }: Fields, field: string): FieldError[] {
  if (!pathType) return [requiredValue(`${field}.pathType`, "pathType must be specified")];
  const errors: FieldError[] = [];
  const refuse = (why: string) => void errors.push(invalidValue(`${field}.path`, path, why));
  if (!pathTypes.includes(pathType)) errors.push(unsupportedValue(`${field}.pathType`, pathType, pathTypes));
  const isFree = pathType === "ImplementationSpecific";
  if (!path.startsWith("/") && !(isFree && path === "")) refuse("must be an absolute path");
  if (!isFree) {
    for (const text of forbiddenSequences) if (path.includes(text)) refuse(`must not contain '${text}'`);
    for (const text of forbiddenEnds) if (path.endsWith(text)) refuse(`cannot end with '${text}'`);
  }
  return [...errors, ...backendErrors(backend, `${field}.backend`)];
}

function backendErrors({ service, resource }: Fields, field: string): FieldError[] {
  if (service && resource) return [invalidValue(field, "", "cannot set both resource and service backends")];
  if (resource) return referenceErrors(resource, `${field}.resource`);
  if (!service) return [requiredValue(field, "must specify either a service or a resource backend")];
  const { name = "", port = {} } = service;
  if (name === "") return [requiredValue(`${field}.service.name`)];
  const at = `${field}.service.port`;
  const errors = labelErrors(name).map((why) => invalidValue(`${field}.service.name`, name, why));
  if (port.name && port.number) errors.push(invalidValue(field, "", "cannot set both port name & port number"));
  else if (port.name)
    errors.push(...portNameErrors(port.name).map((why) => invalidValue(`${at}.name`, port.name, why)));
  else if (port.number) errors.push(...portErrors(`${at}.number`, port.number));
  else errors.push(requiredValue(field, "port name or number is required"));
  return errors;
}

function referenceErrors({ apiGroup, kind, name }: Fields, field: string): FieldError[] {
  return [
    ...(apiGroup ? subdomainErrors(apiGroup).map((why) => invalidValue(`${field}.apiGroup`, apiGroup, why)) : []),
    ...(kind ? [] : [requiredValue(`${field}.kind`, "kind is required")]),
    ...(name ? [] : [requiredValue(`${field}.name`, "name is required")]),
  ];
}

function parameterErrors(parameters: Fields): FieldError[] {
  const field = "spec.parameters";
  const { scope, namespace } = parameters;
  const errors = referenceErrors(parameters, field);
  if (scope !== "Cluster" && scope !== "Namespace")
    errors.push(unsupportedValue(`${field}.scope`, scope, ["Cluster", "Namespace"]));
  if (scope === "Namespace" && !namespace)
    errors.push(requiredValue(`${field}.namespace`, "`parameters.scope` is set to 'Namespace'"));
  if (scope === "Cluster" && namespace)
    errors.push(forbiddenValue(`${field}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  return errors;
}

function controllerErrors(controller: string): FieldError[] {
  const field = "spec.controller";
  if (controller === "") return [requiredValue(field)];
  const [domain = "", ...path] = controller.split("/");
  if (path.length === 0 || path[0] === "")
    return [invalidValue(field, controller, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  return subdomainErrors(domain).map((why) => invalidValue(field, domain, why));
}

function classNameErrors(name: string | undefined): FieldError[] {
  if (name === undefined) return [];
  return subdomainErrors(name).map((why) => invalidValue("spec.ingressClassName", name, why));
}
