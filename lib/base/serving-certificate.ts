import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import { provideReflectMetadata } from "./reflect-metadata.ts";

/** A key and the certificate that it signed for itself. */
export interface ServingCertificate {
  /** PEM. */
  certificate: string;
  /** PKCS #8, PEM. */
  key: string;
  /** SHA-256 of the certificate, in pairs of capital digits that are joined by colons, as Node writes it. */
  fingerprint256: string;
}

/** What may be chosen about a certificate besides its names. */
interface CertificateOptions {
  /** Parts of the subject's name, such as `{ CN: ["shop.example"] }`. */
  subject?: Record<string, string[]>[];
  lifetimeMs?: number;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const dayMs = 86_400_000;

/**
 * Makes a certificate with which a server can stand for these names, the first of which is also its subject's: DNS names, with a
 * wildcard too, and addresses. It is its own authority and is valid from yesterday, for clocks that go slow, for `lifetimeMs` from now on, a day
 * by default. The key exists only in what is returned. Rejects without names.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9525#section-6.3
 */
export async function servingCertificate(
  names: string[],
  { subject = [{ CN: [names[0] ?? ""] }], lifetimeMs = dayMs }: CertificateOptions = {},
): Promise<ServingCertificate> {
  if (names.length === 0) throw new Error("a certificate needs a name");
  provideReflectMetadata();
  const x509 = await import("@peculiar/x509");
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const alternatives = names.map((value) => ({ type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const), value }));
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: subject,
      notBefore: new Date(Date.now() - dayMs),
      notAfter: new Date(Date.now() + lifetimeMs),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(alternatives),
      ],
    },
    webcrypto,
  );
  const [digest, exported] = await Promise.all([
    webcrypto.subtle.digest("SHA-256", certificate.rawData),
    webcrypto.subtle.exportKey("pkcs8", keys.privateKey),
  ]);
  return {
    certificate: `${certificate.toString("pem")}\n`,
    key: `${x509.PemConverter.encode(exported, "PRIVATE KEY")}\n`,
    fingerprint256: Buffer.from(digest)
      .toString("hex")
      .toUpperCase()
      .replaceAll(/..(?=.)/g, "$&:"),
  };
}
