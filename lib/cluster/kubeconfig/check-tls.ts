import { createSecureContext, type SecureContextOptions } from "node:tls";
import { Diagnostic } from "../../base/diagnostic.ts";

interface TlsMaterial {
  context: string;
  ca: string | undefined;
  clientCertificate: string | undefined;
  clientKey: string | undefined;
}

/**
 * Checks that certificates and keys of a context can be used, each alone and then together.
 *
 * Throws Diagnostic `configuration` that says which of them cannot, without any of their text.
 */
export function checkTls({ context, ca, clientCertificate: cert, clientKey: key }: TlsMaterial): void {
  const name = JSON.stringify(context);
  if (ca !== undefined && !(ca.includes("BEGIN") && usable({ ca })))
    throw unusable(`The certificate-authority of the context ${name} is not a PEM certificate.`);
  if (cert === undefined && key === undefined) return;
  if (cert === undefined) throw unusable(`The context ${name} has a client-key but no client-certificate.`);
  if (key === undefined) throw unusable(`The context ${name} has a client-certificate but no client-key.`);
  if (!usable({ cert })) throw unusable(`The client-certificate of the context ${name} is not a PEM certificate.`);
  if (!usable({ key }))
    throw unusable(`The client-key of the context ${name} is not a PEM private key without a passphrase.`);
  if (!usable({ cert, key }))
    throw unusable(`The client-certificate and the client-key of the context ${name} do not belong together.`);
}

function usable(options: SecureContextOptions): boolean {
  try {
    createSecureContext(options);
    return true;
  } catch {
    return false;
  }
}

function unusable(message: string): Diagnostic {
  return new Diagnostic("configuration", message, "Fetch the kubeconfig of this cluster again.");
}
