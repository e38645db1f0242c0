import { webcrypto } from "node:crypto";
import { provideReflectMetadata } from "../../api/identity/reflect-metadata.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const dayMs = 86_400_000;

/**
 * Creates the certificate that is shown where there is no other: self-signed, new with each start, for the name `ingress.local`. Both are PEM.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/tls/#default-ssl-certificate
 */
export async function createFakeCertificate(): Promise<{ certificate: string; key: string }> {
  provideReflectMetadata();
  const x509 = await import("@peculiar/x509");
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ O: ["Acme Co"] }, { CN: ["Kubernetes Ingress Controller Fake Certificate"] }],
      notBefore: new Date(Date.now() - dayMs),
      notAfter: new Date(Date.now() + 365 * dayMs),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "ingress.local" }]),
      ],
    },
    webcrypto,
  );
  const exported = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { certificate: certificate.toString("pem"), key: x509.PemConverter.encode(exported, "PRIVATE KEY") };
}
