import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** What the peer of a TLS connection showed of itself. */
export interface ServedCertificate {
  /** SHA-256 of the leaf, in pairs of capital digits that are joined by colons. */
  fingerprint256: string;
  /** DNS names that the leaf is for, wildcards among them, at most the first 100; empty when it names none. */
  names: string[];
}

const maxNames = 100;

/** Reads the leaf that the peer showed. Undefined before the end of a handshake and without TLS. */
export function servedCertificate(socket: Socket): ServedCertificate | undefined {
  const leaf = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (!leaf) return undefined;
  const alternatives = leaf.subjectAltName?.split(", ") ?? [];
  const names = alternatives.flatMap((entry) => (entry.startsWith("DNS:") ? [entry.slice("DNS:".length)] : []));
  return { fingerprint256: leaf.fingerprint256, names: names.slice(0, maxNames) };
}
