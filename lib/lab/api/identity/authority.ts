import "./reflect-metadata.ts";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

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
  const keys = await newKeys();
  const root = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [commonName] }],
      ...validity(),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
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
      const usage = isServer ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth;
      const certificate = await X509CertificateGenerator.create(
        {
          subject: [...(organization ? [{ O: [organization] }] : []), { CN: [subject] }],
          issuer: root.subjectName,
          ...validity(),
          publicKey: leaf.publicKey,
          signingKey: keys.privateKey,
          signingAlgorithm: algorithm,
          extensions: [
            new BasicConstraintsExtension(false, undefined, true),
            new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
            new ExtendedKeyUsageExtension([usage]),
            ...(isServer ? [new SubjectAlternativeNameExtension(alternatives)] : []),
          ],
        },
        webcrypto,
      );
      const exported = await webcrypto.subtle.exportKey("pkcs8", leaf.privateKey);
      return { certificate: `${certificate.toString("pem")}\n`, key: `${PemConverter.encode(exported, "PRIVATE KEY")}\n` };
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
