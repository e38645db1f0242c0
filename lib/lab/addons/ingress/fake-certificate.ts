import { type ServingCertificate, servingCertificate } from "../../../base/serving-certificate.ts";

const yearMs = 365 * 86_400_000;

/**
 * Creates the certificate that is shown where there is no other: self-signed, new with each start, for the name `ingress.local`.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/tls/#default-ssl-certificate
 */
export function createFakeCertificate(): Promise<ServingCertificate> {
  const subject: Record<string, string[]>[] = [
    { O: ["Acme Co"] },
    { CN: ["Kubernetes Ingress Controller Fake Certificate"] },
  ];
  return servingCertificate(["ingress.local"], { subject, lifetimeMs: yearMs });
}
