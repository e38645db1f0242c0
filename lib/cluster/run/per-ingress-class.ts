import { isRecord } from "../../base/open-record.ts";
import type { KubeObject } from "../cluster.ts";

/** Ends every host name in the manifests of Ingresses. */
export const manifestDomain = "my-online-store.example";

/** On a Secret: names, separated by commas, that its certificate is for. Certificate and key are made for each run and class. */
export const certificateNamesAnnotation = "meshgate.dev/certificate-names";

/**
 * Gives the domain that takes the place of `my-online-store.example` in the Ingresses of a class. No two runs and no two classes share
 * one, so that none of them takes requests away from another, or from the cluster's own Ingresses.
 */
export function storeDomain(ingressClass: string, namespace: string): string {
  return `${ingressClass}.${namespace}.${manifestDomain}`;
}

/** The name that an Ingress or a Secret of a manifest has for one class. */
export function nameForClass(name: string, ingressClass: string): string {
  return `${name}-${ingressClass}`;
}

/**
 * Makes one object for each class out of an Ingress, and out of a Secret with names for a certificate: with a name, hosts and Secrets of
 * its own. Every other object stays the only one.
 */
export function perIngressClass(object: KubeObject, classes: readonly string[], namespace: string): KubeObject[] {
  const { kind, metadata } = object;
  if (kind !== "Ingress" && metadata.annotations?.[certificateNamesAnnotation] === undefined) return [object];
  return classes.map((ingressClass) => {
    const domain = storeDomain(ingressClass, namespace);
    const copy = fill(object, domain, ingressClass) as KubeObject;
    copy.metadata.name = nameForClass(metadata.name, ingressClass);
    if (kind === "Ingress" && isRecord(copy["spec"])) copy["spec"]["ingressClassName"] = ingressClass;
    return copy;
  });
}

function fill(value: unknown, domain: string, ingressClass: string, field = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, domain, ingressClass, field));
  if (isRecord(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, fill(inner, domain, ingressClass, name)]),
    );
  if (typeof value !== "string") return value;
  if (field === "secretName") return nameForClass(value, ingressClass);
  return value.replaceAll(manifestDomain, domain);
}
