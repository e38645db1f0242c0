import { webcrypto } from "node:crypto";
import { provideReflectMetadata } from "../../../base/reflect-metadata.ts";

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

export interface Authority {
  /** PEM. */
  certificate: string;
  /** Without names and addresses the certificate is a client's, with them a server's. */
  issue(request: { subject: string; organization?: string; names?: string[]; addresses?: string[] }): Promise<KeyPair>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const dayMs = 86_400_000;

/** Creates a certificate authority that lives as long as its owner keeps it: its key is never written down. */
export async function createAuthority(commonName: string): Promise<Authority> {
  provideReflectMetadata();
  const x509 = await import("@peculiar/x509");
  const keys = await newKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [commonName] }],
      ...validity(),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return {
    certificate: `${root.toString("pem")}\n`,
    async issue({ subject, organization, names = [], addresses = [] }) {
      const leaf = await newKeys();
      const isServer = names.length + addresses.length > 0;
      const alternatives = [
        ...names.map((value) => ({ type: "dns" as const, value })),
        ...addresses.map((value) => ({ type: "ip" as const, value })),
      ];
      const usage = isServer ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth;
      const certificate = await x509.X509CertificateGenerator.create(
        {
          subject: [...(organization ? [{ O: [organization] }] : []), { CN: [subject] }],
          issuer: root.subjectName,
          ...validity(),
          publicKey: leaf.publicKey,
          signingKey: keys.privateKey,
          signingAlgorithm: algorithm,
          extensions: [
            new x509.BasicConstraintsExtension(false, undefined, true),
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
            new x509.ExtendedKeyUsageExtension([usage]),
            ...(isServer ? [new x509.SubjectAlternativeNameExtension(alternatives)] : []),
          ],
        },
        webcrypto,
      );
      const exported = await webcrypto.subtle.exportKey("pkcs8", leaf.privateKey);
      return {
        certificate: `${certificate.toString("pem")}\n`,
        key: `${x509.PemConverter.encode(exported, "PRIVATE KEY")}\n`,
      };
    },
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

/** A day back, for clocks that go slow; ten years ahead. */
function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + 3650 * dayMs) };
}
