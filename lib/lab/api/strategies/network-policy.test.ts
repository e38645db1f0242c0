import { describe, expect, test } from "vitest";
import { ApiError } from "../../model.ts";
import { createStore } from "../store.ts";

const create = (spec?: object) =>
  createStore({ serviceCidr: "10.1.0.0/16" }).create("networkpolicies.networking.k8s.io", {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "wall", namespace: "default" },
    ...(spec && { spec }),
  })["spec"];
const refusal = (spec: object): string => {
  try {
    create({ podSelector: {}, ...spec });
  } catch (error) {
    if (error instanceof ApiError)
      return error.message.replace('NetworkPolicy.networking.k8s.io "wall" is invalid: ', "");
    throw error;
  }
  return "nothing was refused";
};
const from = (...peers: object[]) => ({ ingress: [{ from: peers }] });
const ports = (...list: object[]) => ({ egress: [{ ports: list }] });

describe("a policy that says little", () => {
  test("is about the way in of all pods of its namespace", () => {
    expect(create()).toEqual({ podSelector: {}, policyTypes: ["Ingress"] });
    expect(create({ policyTypes: [], ingress: [{}] })).toMatchObject({ policyTypes: ["Ingress"] });
    expect(create({ egress: [] })).toMatchObject({ policyTypes: ["Ingress"] });
  });

  test("is about the way out too when it has rules for it", () => {
    expect(create({ egress: [{}] })).toMatchObject({ policyTypes: ["Ingress", "Egress"] });
    expect(create({ egress: [{}], policyTypes: ["Egress"] })).toMatchObject({ policyTypes: ["Egress"] });
  });

  test("means TCP", () => {
    const rules = { ingress: [{ ports: [{ port: 80 }, {}] }], egress: [{ ports: [{ port: 53, protocol: "UDP" }] }] };
    expect(create(rules)).toMatchObject({
      ingress: [{ ports: [{ port: 80, protocol: "TCP" }, { protocol: "TCP" }] }],
      egress: [{ ports: [{ port: 53, protocol: "UDP" }] }],
    });
  });
});

describe("a policy is refused for", () => {
  test("peers that are none, or two in one", () => {
    expect(refusal(from({}))).toBe("spec.ingress[0].from[0]: Required value: must specify a peer");
    expect(refusal(from({ ipBlock: { cidr: "10.0.0.0/8" }, podSelector: {} }))).toBe(
      "spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer",
    );
  });

  test("ranges that are none, and exceptions that lie outside", () => {
    const block = (cidr: string, ...except: string[]) => refusal(from({ ipBlock: { cidr, except } }));
    const example = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
    const field = "spec.ingress[0].from[0].ipBlock";
    expect(block("")).toBe(`${field}.cidr: Required value`);
    expect(block("10.0.0.0")).toBe(`${field}.cidr: Invalid value: "10.0.0.0": ${example}`);
    expect(block("10.0.0.0/33")).toBe(`${field}.cidr: Invalid value: "10.0.0.0/33": ${example}`);
    expect(block("10.0.0.0/8", "ten")).toBe(`${field}.except[0]: Invalid value: "ten": ${example}`);
    const strict = "must be a strict subset of `cidr`";
    expect(block("10.0.0.0/8", "10.1.0.0/16", "11.0.0.0/16")).toBe(
      `${field}.except[1]: Invalid value: "11.0.0.0/16": ${strict}`,
    );
    expect(block("10.0.0.0/8", "10.0.0.0/8")).toBe(`${field}.except[0]: Invalid value: "10.0.0.0/8": ${strict}`);
    expect(block("10.0.0.0/8", "::a00:0/120")).toBe(`${field}.except[0]: Invalid value: "::a00:0/120": ${strict}`);
    expect(block("2001:db8::/32", "2001:db8:1::/48")).toBe("nothing was refused");
    expect(block("10.0.0.1/8")).toBe("nothing was refused");
  });

  test("ports that are none, and ranges that end before they begin", () => {
    const field = "spec.egress[0].ports[0]";
    expect(refusal(ports({ port: 0 }))).toBe(`${field}.port: Invalid value: 0: must be between 1 and 65535, inclusive`);
    expect(refusal(ports({ port: "No" }))).toMatch(`${field}.port: Invalid value: "No": must contain only`);
    expect(refusal(ports({ port: 80, protocol: "ICMP" }))).toBe(
      `${field}.protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"`,
    );
    const end = `${field}.endPort: Invalid value: 79:`;
    expect(refusal(ports({ port: 80, endPort: 79 }))).toBe(`${end} must be greater than or equal to \`port\``);
    expect(refusal(ports({ port: "web", endPort: 79 }))).toBe(
      `${end} may not be specified when \`port\` is non-numeric`,
    );
    expect(refusal(ports({ endPort: 79 }))).toBe(`${end} may not be specified when \`port\` is not specified`);
    expect(refusal(ports({ port: 80, endPort: 80 }, { port: "web" }))).toBe("nothing was refused");
  });

  test("types that are none, or too many", () => {
    expect(refusal({ policyTypes: ["Inside"] })).toBe(
      'spec.policyTypes[0]: Unsupported value: "Inside": supported values: "Egress", "Ingress"',
    );
    expect(refusal({ policyTypes: ["Ingress", "Egress", "Ingress"] })).toBe(
      'spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more than two policyTypes',
    );
  });

  test("selectors that select nothing that can be", () => {
    const expression = (fields: object) =>
      refusal(from({ podSelector: { matchExpressions: [{ key: "app", ...fields }] } }));
    const field = "spec.ingress[0].from[0].podSelector.matchExpressions[0]";
    expect(expression({ operator: "In" })).toBe(
      `${field}.values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
    );
    expect(expression({ operator: "Exists", values: ["a"] })).toBe(
      `${field}.values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist'`,
    );
    expect(expression({ operator: "Is" })).toBe(
      `${field}.operator: Invalid value: "Is": not a valid selector operator`,
    );
    expect(expression({ operator: "In", values: ["a b"] })).toMatch(
      `${field}.values[0]: Invalid value: "a b": a valid label`,
    );
    expect(refusal({ podSelector: { matchLabels: { "a b": "c" } } })).toMatch(
      'spec.podSelector.matchLabels: Invalid value: "a b": name part must consist of',
    );
  });
});
