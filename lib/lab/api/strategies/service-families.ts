import { isIP } from "node:net";
import { familyOf } from "../../../base/family.ts";
import type { Family } from "../../../base/family.ts";
import { duplicateValue, invalidValue, requiredValue, unsupportedValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import type { Fields } from "./strategy.ts";

const families: Family[] = ["IPv4", "IPv6"];
const policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];

/** Lists what is wrong with a service's addresses, families and their policy, whatever the cluster has. */
export function familyErrors(spec: Fields): FieldError[] {
  const { clusterIP = "", clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const field = "spec.clusterIPs";
  const errors: FieldError[] = [];
  if (clusterIP && clusterIPs.length === 0) errors.push(requiredValue(field));
  else if (clusterIP && clusterIPs[0] !== clusterIP) {
    errors.push(invalidValue(field, clusterIPs, "first value must match `clusterIP`"));
  } else if (!clusterIP && clusterIPs.length > 0) {
    errors.push(invalidValue(field, clusterIPs, "must be empty when `clusterIP` is not specified"));
  }
  for (const [index, family] of ipFamilies.entries()) {
    if (!families.includes(family)) errors.push(unsupportedValue(`spec.ipFamilies[${index}]`, family, families));
    if (ipFamilies.indexOf(family) < index) errors.push(duplicateValue(`spec.ipFamilies[${index}]`, family));
  }
  if (ipFamilyPolicy && !policies.includes(ipFamilyPolicy)) {
    errors.push(unsupportedValue("spec.ipFamilyPolicy", ipFamilyPolicy, policies));
  }
  return [...errors, ...addressErrors(clusterIPs, ipFamilies)];
}

function addressErrors(addresses: string[], asked: Family[]): FieldError[] {
  const field = "spec.clusterIPs";
  if (addresses[0] === "None") {
    return addresses.length === 1 ? [] : [invalidValue(field, addresses, "'None' must be the first and only value")];
  }
  const why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
  const invalid = addresses.flatMap((address, index) =>
    isIP(address) === 0 ? [invalidValue(`${field}[${index}]`, address, why)] : [],
  );
  const tooMany = addresses.length > 2 ? [invalidValue(field, addresses, "may only hold up to 2 values")] : [];
  if (invalid.length > 0) return [...invalid, ...tooMany];
  const isMixed =
    addresses.length < 2 || (addresses.length === 2 && familyOf(addresses[0]!) !== familyOf(addresses[1]!));
  return [
    ...tooMany,
    ...(isMixed ? [] : [invalidValue(field, addresses, "may specify no more than one IP for each IP family")]),
    ...addresses.flatMap((address, index) => {
      const family = asked[index];
      if (family === undefined || familyOf(address) === family) return [];
      const expected = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
      return [invalidValue(`${field}[${index}]`, address, expected)];
    }),
  ];
}

/** Keeps a service's addresses where an update does not speak of them, and gives the second one back where one family is enough from now on. */
export function carryFamilies(spec: Fields, before: Fields): void {
  spec.clusterIP ||= before.clusterIP;
  if (!spec.clusterIPs?.length && spec.clusterIP === before.clusterIP) spec.clusterIPs = before.clusterIPs;
  const isChanged = spec.clusterIP !== before.clusterIP;
  if (isChanged && (!spec.clusterIPs?.length || isSame(spec.clusterIPs, before.clusterIPs))) {
    spec.clusterIPs = [spec.clusterIP];
  }
  if (!spec.ipFamilies?.length) delete spec.ipFamilies;
  if (spec.ipFamilyPolicy !== "SingleStack" || before.ipFamilyPolicy === "SingleStack") return;
  if (isSame(spec.clusterIPs, before.clusterIPs)) spec.clusterIPs = spec.clusterIPs.slice(0, 1);
  if (isSame(spec.ipFamilies, before.ipFamilies)) spec.ipFamilies = spec.ipFamilies.slice(0, 1);
}

/** Lists what an update may not do to a service's addresses and families; both services have addresses. */
export function familyChangeErrors(spec: Fields, before: Fields): FieldError[] {
  if (before.clusterIP === "None" && spec.clusterIP === "None") return [];
  const isFromOrToHeadless = before.clusterIP === "None" || spec.clusterIP === "None";
  return [
    ...changeErrors("clusterIPs", "secondary clusterIP", spec, before),
    ...(isFromOrToHeadless ? [] : changeErrors("ipFamilies", "secondary ipFamily", spec, before)),
  ];
}

function changeErrors(field: string, second: string, spec: Fields, before: Fields): FieldError[] {
  const [values = [], old = []]: string[][] = [spec[field], before[field]];
  const compared = values.length === old.length ? old.length : Math.min(1, old.length, values.length);
  const changed = old.slice(0, compared).flatMap((value, index) => {
    // The API server names the first family whichever it is.
    const place = field === "clusterIPs" ? index : 0;
    return value === values[index] ? [] : [invalidValue(`spec.${field}[${place}]`, values, "may not change once set")];
  });
  const isReleased = old.length > values.length && values.length === 1 && spec.ipFamilyPolicy !== "SingleStack";
  const why = `must be set to 'SingleStack' when releasing the ${second}`;
  return [...changed, ...(isReleased ? [invalidValue("spec.ipFamilyPolicy", spec.ipFamilyPolicy ?? null, why)] : [])];
}

/**
 * Settles which families a service has, from what it asks for, what it had (nothing, when it is new) and what the cluster has, whose first one
 * is the default.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/dual-stack/#services
 */
export function settleFamilies(spec: Fields, before: Fields, configured: Family[]): FieldError[] {
  const isLoose = spec.clusterIP === "None" && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ||= before.ipFamilyPolicy ?? (isLoose ? "RequireDualStack" : "SingleStack");
  const asked: Family[] = [...(spec.ipFamilies ?? [])];
  const errors = [...reductionErrors(spec, before), ...policyErrors(spec)];
  const addresses: string[] = spec.clusterIP === "None" ? [] : (spec.clusterIPs ?? []);
  for (const [index, address] of addresses.entries()) {
    if (index < asked.length) continue;
    const family = familyOf(address);
    if (configured.includes(family)) asked.push(family);
    else {
      const why = `${family} is not configured on this cluster`;
      errors.push(invalidValue(`spec.clusterIPs[${index}]`, addresses, why));
    }
  }
  if (errors.length > 0) return errors;
  if (!isLoose) errors.push(...configurationErrors(spec.ipFamilyPolicy, asked, configured));
  if (errors.length > 0) return errors;
  if (asked.length === 0) asked.push(configured[0] ?? "IPv4");
  const canBeDual = isLoose || configured.length === 2;
  if (spec.ipFamilyPolicy !== "SingleStack" && asked.length === 1 && canBeDual) {
    asked.push(asked[0] === "IPv4" ? "IPv6" : "IPv4");
  }
  spec.ipFamilies = asked;
  return [];
}

function reductionErrors(spec: Fields, before: Fields): FieldError[] {
  if (spec.ipFamilyPolicy === "SingleStack") return [];
  const refuse = (what: string) =>
    invalidValue("spec.ipFamilyPolicy", spec.ipFamilyPolicy, `must be 'SingleStack' to release the ${what}`);
  const isReduced = (field: string) => before[field]?.length === 2 && spec[field]?.length === 1;
  return [
    ...(isReduced("clusterIPs") ? [refuse("secondary cluster IP")] : []),
    ...(isReduced("ipFamilies") ? [refuse("secondary IP family")] : []),
  ];
}

function policyErrors({ ipFamilyPolicy, clusterIPs, ipFamilies }: Fields): FieldError[] {
  if (ipFamilyPolicy !== "SingleStack") return [];
  const refuse = (what: string) => {
    const why = `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
    return invalidValue("spec.ipFamilyPolicy", ipFamilyPolicy, why);
  };
  return [
    ...(clusterIPs?.length === 2 ? [refuse("cluster IPs")] : []),
    ...(ipFamilies?.length === 2 ? [refuse("IP families")] : []),
  ];
}

function configurationErrors(policy: string, asked: Family[], configured: Family[]): FieldError[] {
  const isTooMuch = policy === "RequireDualStack" && configured.length < 2;
  return [
    ...(isTooMuch
      ? [invalidValue("spec.ipFamilyPolicy", policy, "this cluster is not configured for dual-stack services")]
      : []),
    ...asked.flatMap((family, index) =>
      configured.includes(family)
        ? []
        : [invalidValue(`spec.ipFamilies[${index}]`, family, "not configured on this cluster")],
    ),
  ];
}

function isSame(one: string[] | undefined, other: string[] | undefined): boolean {
  return one !== undefined && one.join(" ") === other?.join(" ");
}
