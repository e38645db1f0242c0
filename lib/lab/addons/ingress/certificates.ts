import { X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import type { ApiObject } from "../api-object.ts";
import type { HostTls, RouteTable } from "./routes.ts";

/** A Secret that cannot be used for a host, and why: one sentence without an end. */
export interface BadSecret {
  ingress: ApiObject;
  message: string;
}

export interface CertificateTable {
  /** By host; hosts that are served with the fake certificate are not in it. */
  contexts: Map<string, SecureContext>;
  bad: BadSecret[];
}

type Loaded = { context: SecureContext; leaf: X509Certificate } | { why: string };

/** Finds the certificates of the hosts of a route table. */
export type ChooseCertificates = (
  table: RouteTable,
  secret: (key: string) => ApiObject | undefined,
) => CertificateTable;

/**
 * Returns what chooses a certificate for each host that has TLS: that of the Secret that its entry names, else the first of the Ingress's Secrets
 * that is good for the name. A Secret is read once per version. None of it throws.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#tls
 */
export function certificateChooser(): ChooseCertificates {
  let cache = new Map<string, Loaded>();

  return (table, secret) => {
    const used = new Map<string, Loaded>();
    const load = (key: string): Loaded => {
      const object = secret(key);
      if (object === undefined) return { why: `secret "${key}" was not found` };
      const version = `${key} ${object.metadata.uid} ${object.metadata.resourceVersion}`;
      const loaded = cache.get(version) ?? loadSecret(key, object);
      used.set(version, loaded);
      return loaded;
    };
    const contexts = new Map<string, SecureContext>();
    const bad: BadSecret[] = [];
    for (const { host, tls } of table.values()) {
      if (tls === undefined) continue;
      const found = choose(host, tls, load);
      if (found && "context" in found) contexts.set(host, found.context);
      else if (found) bad.push({ ingress: tls.ingress, message: found.why });
    }
    cache = used;
    return { contexts, bad };
  };
}

/** Finds the certificate of the name that a client asked for: its own, else the wildcard's one label above. */
export function findCertificate(contexts: Map<string, SecureContext>, serverName: string): SecureContext | undefined {
  const name = serverName.toLowerCase().replace(/\.$/, "");
  return contexts.get(name) ?? contexts.get(name.replace(/^[^.]+\./, "*."));
}

function choose(host: string, { secret, candidates }: HostTls, load: (key: string) => Loaded): Loaded | undefined {
  if (secret === undefined) {
    const tried = candidates.map(load);
    return tried.find((each) => "leaf" in each && isFor(each.leaf, host)) ?? tried.find((each) => "why" in each);
  }
  const loaded = load(secret);
  if ("why" in loaded || isFor(loaded.leaf, host)) return loaded;
  return { why: `the certificate of secret "${secret}" is not for the name ${host}` };
}

function isFor(leaf: X509Certificate, host: string): boolean {
  return leaf.checkHost(host.replace(/^\*\./, "any-label."), { subject: "default" }) !== undefined;
}

function loadSecret(key: string, { data }: ApiObject): Loaded {
  const text = (name: string) => Buffer.from(data?.[name] ?? "", "base64").toString();
  const [cert, privateKey] = [text("tls.crt"), text("tls.key")];
  if (cert === "" || privateKey === "") return { why: `secret "${key}" has no tls.crt or no tls.key` };
  try {
    const context = createSecureContext({ cert, key: privateKey, minVersion: "TLSv1.2" });
    return { context, leaf: new X509Certificate(cert) };
  } catch (error) {
    // Messages of the TLS library name what is wrong, never what is in the key.
    return { why: `secret "${key}" has no usable certificate and key: ${(error as Error).message}` };
  }
}
