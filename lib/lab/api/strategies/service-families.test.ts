import { describe, expect, test } from "vitest";
import { ApiError } from "../../model.ts";
import type { KubeObject } from "../../model.ts";
import { createStore } from "../store.ts";

const single = () => createStore({ serviceCidr: "10.1.0.0/16" });
const dual = () => createStore({ serviceCidr: "10.1.0.0/16", ipv6ServiceCidr: "fd00:11::/112" });
type TestStore = ReturnType<typeof dual>;

const service = (spec: object): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "s", namespace: "default" },
  spec: { selector: { app: "ok" }, ports: [{ name: "http", port: 80 }], ...spec },
});
const create = (store: TestStore, spec: object) => store.create("services", service(spec))["spec"];
const patch = (store: TestStore, fields: object) =>
  store.modify("services", "s", "default", (copy) => ({ ...copy, spec: { ...copy["spec"], ...fields } }))?.["spec"];
const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  return "nothing was refused";
};

const v4 = expect.stringMatching(/^10\.1\./);
const v6 = expect.stringMatching(/^fd00:11::/);

describe("a new service", () => {
  test.for([
    ["is of the default family only", {}, "SingleStack", ["IPv4"], [v4]],
    ["may be of the other one", { ipFamilies: ["IPv6"] }, "SingleStack", ["IPv6"], [v6]],
    ["may prefer both", { ipFamilyPolicy: "PreferDualStack" }, "PreferDualStack", ["IPv4", "IPv6"], [v4, v6]],
    ["may demand both", { ipFamilyPolicy: "RequireDualStack" }, "RequireDualStack", ["IPv4", "IPv6"], [v4, v6]],
    [
      "has them in the order that it asks for",
      { ipFamilyPolicy: "PreferDualStack", ipFamilies: ["IPv6"] },
      "PreferDualStack",
      ["IPv6", "IPv4"],
      [v6, v4],
    ],
    [
      "has the families of the addresses that it asks for",
      { ipFamilyPolicy: "RequireDualStack", clusterIP: "fd00:11::80", clusterIPs: ["fd00:11::80", "10.1.0.80"] },
      "RequireDualStack",
      ["IPv6", "IPv4"],
      ["fd00:11::80", "10.1.0.80"],
    ],
  ] as const)("%s", ([, asked, ipFamilyPolicy, ipFamilies, clusterIPs]) => {
    const spec = create(dual(), asked);
    expect(spec).toMatchObject({ ipFamilyPolicy, ipFamilies, clusterIPs });
    expect(spec.clusterIP).toBe(spec.clusterIPs[0]);
  });

  test("that is headless has families without addresses", () => {
    expect(create(dual(), { clusterIP: "None", ipFamilyPolicy: "PreferDualStack" })).toMatchObject({
      clusterIPs: ["None"],
      ipFamilies: ["IPv4", "IPv6"],
    });
    expect(create(dual(), { clusterIP: "None" })).toMatchObject({
      ipFamilyPolicy: "SingleStack",
      ipFamilies: ["IPv4"],
    });
  });

  test("that is headless without a selector has both, whatever the cluster has", () => {
    expect(create(single(), { clusterIP: "None", selector: {} })).toMatchObject({
      ipFamilyPolicy: "RequireDualStack",
      ipFamilies: ["IPv4", "IPv6"],
    });
  });

  test("has one family where the cluster has one and both are only preferred", () => {
    expect(create(single(), { ipFamilyPolicy: "PreferDualStack" })).toMatchObject({
      ipFamilyPolicy: "PreferDualStack",
      ipFamilies: ["IPv4"],
      clusterIPs: [v4],
    });
  });

  test("is refused where the cluster has not what it demands", () => {
    expect(messageOf(() => create(single(), { ipFamilyPolicy: "RequireDualStack" }))).toBe(
      'Service "s" is invalid: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    );
    expect(messageOf(() => create(single(), { ipFamilies: ["IPv6"] }))).toBe(
      'Service "s" is invalid: spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    );
    expect(messageOf(() => create(single(), { clusterIP: "fd00:11::80" }))).toBe(
      'Service "s" is invalid: spec.clusterIPs[0]: Invalid value: ["fd00:11::80"]: IPv6 is not configured on this cluster',
    );
  });

  test.for([
    [{ ipFamilies: ["IPv4", "IPv6"] }, "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families"],
    [
      { clusterIP: "10.1.0.80", clusterIPs: ["10.1.0.80", "fd00:11::80"] },
      "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified",
    ],
    [{ ipFamilies: ["IPv5"] }, 'spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"'],
    [{ ipFamilies: ["IPv4", "IPv4"] }, 'spec.ipFamilies[1]: Duplicate value: "IPv4"'],
    [
      { ipFamilyPolicy: "Both" },
      'spec.ipFamilyPolicy: Unsupported value: "Both": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
    ],
    [{ clusterIPs: ["10.1.0.80"] }, "must be empty when `clusterIP` is not specified"],
    [{ clusterIP: "10.1.0.80", clusterIPs: ["10.1.0.81"] }, "first value must match `clusterIP`"],
    [{ clusterIP: "None", clusterIPs: ["None", "fd00:11::80"] }, "'None' must be the first and only value"],
    [{ clusterIP: "ten" }, 'spec.clusterIPs[0]: Invalid value: "ten": must be a valid IP address'],
    [
      { clusterIP: "10.1.0.80", clusterIPs: ["10.1.0.80", "10.1.0.81"] },
      "may specify no more than one IP for each IP family",
    ],
    [
      { clusterIP: "10.1.0.80", ipFamilies: ["IPv6"] },
      'spec.clusterIPs[0]: Invalid value: "10.1.0.80": expected an IPv6 value as indicated by `ipFamilies[0]`',
    ],
    [{ clusterIP: "fd00:12::80" }, "The range of valid IPs is fd00:11::/112"],
  ] as const)("is refused with %j", ([spec, message]) => {
    expect(messageOf(() => create(dual(), spec))).toContain(message);
  });

  test("gets no address that another one has", () => {
    const store = dual();
    create(store, {
      ipFamilyPolicy: "RequireDualStack",
      clusterIP: "10.1.0.80",
      clusterIPs: ["10.1.0.80", "fd00:11::80"],
    });
    const second = { ...service({ clusterIP: "fd00:11::80" }), metadata: { name: "t", namespace: "default" } };
    expect(messageOf(() => store.create("services", second))).toContain("provided IP is already allocated");
  });
});

describe("a service that changes", () => {
  test("gets the second family and gives it back", () => {
    const store = dual();
    const { clusterIP } = create(store, {});
    const both = patch(store, { ipFamilyPolicy: "PreferDualStack" });
    expect(both).toMatchObject({ ipFamilies: ["IPv4", "IPv6"], clusterIPs: [clusterIP, v6] });
    expect(patch(store, { ipFamilyPolicy: "SingleStack" })).toMatchObject({
      ipFamilyPolicy: "SingleStack",
      ipFamilies: ["IPv4"],
      clusterIPs: [clusterIP],
    });
  });

  test("keeps what an update leaves out", () => {
    const store = dual();
    const before = create(store, { ipFamilyPolicy: "PreferDualStack", ipFamilies: ["IPv6"] });
    const after = store.update("services", service({ sessionAffinity: "ClientIP" }))["spec"];
    for (const field of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) {
      expect(after[field]).toEqual(before[field]);
    }
  });

  test("keeps its first family and address", () => {
    const store = dual();
    const { clusterIP } = create(store, { ipFamilyPolicy: "PreferDualStack" });
    expect(messageOf(() => patch(store, { ipFamilies: ["IPv6", "IPv4"] }))).toContain(
      'spec.ipFamilies[0]: Invalid value: ["IPv6","IPv4"]: may not change once set',
    );
    expect(messageOf(() => patch(store, { clusterIPs: [clusterIP, "fd00:11::77"] }))).toContain(
      "spec.clusterIPs[1]: Invalid value",
    );
  });

  test("gives its second address back only by the policy", () => {
    const store = dual();
    const { clusterIP } = create(store, { ipFamilyPolicy: "RequireDualStack" });
    expect(messageOf(() => patch(store, { clusterIPs: [clusterIP], ipFamilies: ["IPv4"] }))).toContain(
      "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be set to 'SingleStack' when releasing the secondary clusterIP",
    );
  });

  test("gives all of them back as a mere name", () => {
    const store = dual();
    create(store, { ipFamilyPolicy: "RequireDualStack" });
    const named = store.update("services", service({ type: "ExternalName", externalName: "example.org" }));
    for (const field of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) {
      expect(named["spec"]).not.toHaveProperty(field);
    }
  });
});
