import { BlockList, isIPv4, isIPv6 } from "node:net";
import { forbiddenValue, invalidValue, requiredValue, unsupportedValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import { portErrors, portOrNameErrors, protocolErrors } from "./ports.ts";
import { selectorErrors } from "./selectors.ts";
import type { Fields, Strategy } from "./strategy.ts";

const directions = [
  { field: "ingress", peers: "from" },
  { field: "egress", peers: "to" },
] as const;

/** @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ */
export const networkPolicyStrategy: Strategy = {
  defaults(draft) {
    const spec = (draft["spec"] ??= {});
    spec.podSelector ??= {};
    if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ["Ingress", "Egress"] : ["Ingress"];
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
      for (const port of rule.ports ?? []) port.protocol ??= "TCP";
    }
  },
  validate: ({ spec }) => [
    ...selectorErrors("spec.podSelector", spec.podSelector),
    ...directions.flatMap(({ field, peers }) =>
      (spec[field] ?? []).flatMap((rule: Fields, index: number) => ruleErrors(`spec.${field}[${index}]`, rule, peers)),
    ),
    ...policyTypeErrors(spec.policyTypes),
  ],
};

function ruleErrors(field: string, rule: Fields, peers: "from" | "to"): FieldError[] {
  return [
    ...(rule.ports ?? []).flatMap((port: Fields, index: number) => policyPortErrors(`${field}.ports[${index}]`, port)),
    ...(rule[peers] ?? []).flatMap((peer: Fields, index: number) => peerErrors(`${field}.${peers}[${index}]`, peer)),
  ];
}

function policyPortErrors(field: string, { protocol, port, endPort }: Fields): FieldError[] {
  const errors = protocolErrors(`${field}.protocol`, protocol);
  const refuseEnd = (why: string): FieldError => invalidValue(`${field}.endPort`, endPort, why);
  if (port !== undefined) errors.push(...portOrNameErrors(`${field}.port`, port));
  if (endPort === undefined) return errors;
  if (port === undefined) return [...errors, refuseEnd("may not be specified when `port` is not specified")];
  if (typeof port === "string") return [...errors, refuseEnd("may not be specified when `port` is non-numeric")];
  if (endPort < port) errors.push(refuseEnd("must be greater than or equal to `port`"));
  return [...errors, ...portErrors(`${field}.endPort`, endPort)];
}

function peerErrors(field: string, { podSelector, namespaceSelector, ipBlock }: Fields): FieldError[] {
  const errors = [
    ...selectorErrors(`${field}.podSelector`, podSelector),
    ...selectorErrors(`${field}.namespaceSelector`, namespaceSelector),
    ...(ipBlock ? blockErrors(`${field}.ipBlock`, ipBlock) : []),
  ];
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(requiredValue(field, "must specify a peer"));
  if (ipBlock && (podSelector || namespaceSelector)) {
    errors.push(forbiddenValue(field, "may not specify both ipBlock and another peer"));
  }
  return errors;
}

function blockErrors(field: string, { cidr, except = [] }: Fields): FieldError[] {
  if (!cidr) return [requiredValue(`${field}.cidr`)];
  const block = parseBlock(cidr);
  const why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
  return [
    ...(block ? [] : [invalidValue(`${field}.cidr`, cidr, why)]),
    ...except.flatMap((text: string, index: number) => {
      const excepted = parseBlock(text);
      if (!excepted) return [invalidValue(`${field}.except[${index}]`, text, why)];
      const isInside = !block || (block.contains(excepted) && block.length < excepted.length);
      return isInside ? [] : [invalidValue(`${field}.except[${index}]`, text, "must be a strict subset of `cidr`")];
    }),
  ];
}

interface Block {
  first: string;
  length: number;
  contains(other: Block): boolean;
}

/** Bits below the prefix are no mistake. */
function parseBlock(text: string): Block | undefined {
  const [, first = "", digits = ""] = /^([\d.]+|[\da-f:.]+)\/(0|[1-9]\d*)$/i.exec(text) ?? [];
  const length = Number(digits);
  if (!(isIPv4(first) && length <= 32) && !(isIPv6(first) && length <= 128)) return undefined;
  const family = familyOf(first);
  const range = new BlockList();
  range.addSubnet(first, length, family);
  return { first, length, contains: (other) => familyOf(other.first) === family && range.check(other.first, family) };
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv4(address) ? "ipv4" : "ipv6";
}

function policyTypeErrors(types: string[]): FieldError[] {
  const supported = ["Ingress", "Egress"];
  if (types.length > supported.length) {
    return [invalidValue("spec.policyTypes", types, "may not specify more than two policyTypes")];
  }
  return types.flatMap((type, index) =>
    supported.includes(type) ? [] : [unsupportedValue(`spec.policyTypes[${index}]`, type, supported)],
  );
}
