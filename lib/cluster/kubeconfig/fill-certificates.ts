import { type ServingCertificate, servingCertificate } from "../../base/serving-certificate.ts";
import type { KubeObject } from "../cluster.ts";
import { certificateNamesAnnotation } from "../run/per-ingress-class.ts";

/** Certificates of one cluster in one run, by the name of their Secret. */
export type Certificates = Map<string, ServingCertificate>;

/**
 * Puts a certificate and its key into each Secret that names what they are for. One that was made before is used again, so that applying
 * twice changes nothing. Other objects stay as they are.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets
 */
export async function fillCertificates(objects: KubeObject[], made: Certificates): Promise<KubeObject[]> {
  return Promise.all(objects.map((object) => fill(object, made)));
}

async function fill(object: KubeObject, made: Certificates): Promise<KubeObject> {
  const { kind, metadata } = object;
  const names = metadata.annotations?.[certificateNamesAnnotation];
  if (kind !== "Secret" || names === undefined) return object;
  // Names can be longer than a subject may be.
  const subject = [{ CN: ["meshgate"] }];
  const own = made.get(metadata.name) ?? (await servingCertificate(names.split(","), { subject }));
  made.set(metadata.name, own);
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return { ...object, data: { "tls.crt": base64(own.certificate), "tls.key": base64(own.key) } };
}
