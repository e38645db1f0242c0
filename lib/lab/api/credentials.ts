import type { Credentials } from "../model.ts";
import { createAuthority, type KeyPair } from "./identity/authority.ts";
import { createTokenIssuer } from "./identity/service-account-token.ts";
import type { TokenIssuer, User } from "./identity/service-account-token.ts";

export interface CredentialsOptions {
  clusterName: string;
  /** Addresses that the API server is reached by, besides 127.0.0.1. */
  addresses: string[];
  /** Further host names; kubernetes.default.svc and its kin and localhost are always in. */
  names?: string[];
  /** `cluster.local` when left out. */
  domain?: string;
}

/** All keys of one cluster. PEM texts throughout. */
export interface ClusterCredentials extends Omit<Credentials, keyof TokenIssuer>, TokenIssuer {
  serverKeyPem: string;
  serverCertPem: string;
  /** Makes the certificate with which the kubelet of a node serves. */
  kubeletCertificate(node: { name: string; address: string }): Promise<KeyPair>;
  /** Gives a kubeconfig, as an object, for the user `kubernetes-admin` of the group system:masters. `server` is a URL. */
  adminKubeconfig(server: string, contextName: string): object;
  /** Gives the user behind a bearer token; undefined when the token is forged, garbled or past its time. */
  authenticate(token: string): User | undefined;
}

/** Creates a new certificate authority and what it signs: the server's certificate, an administrator's, and service account tokens. */
export async function createCredentials(options: CredentialsOptions): Promise<ClusterCredentials> {
  const { clusterName, domain = "cluster.local" } = options;
  const authority = await createAuthority(`${clusterName}-ca`);
  const service = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", `kubernetes.default.svc.${domain}`];
  const server = await authority.issue({
    subject: "kube-apiserver",
    names: ["localhost", ...service, ...(options.names ?? [])],
    addresses: ["127.0.0.1", ...options.addresses],
  });
  const admin = await authority.issue({ subject: "kubernetes-admin", organization: "system:masters" });
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return {
    caCertificate: authority.certificate,
    serverKeyPem: server.key,
    serverCertPem: server.certificate,
    kubeletCertificate: ({ name, address }) =>
      authority.issue({
        subject: `system:node:${name}`,
        organization: "system:nodes",
        names: [name],
        addresses: [address],
      }),
    ...createTokenIssuer(`https://kubernetes.default.svc.${domain}`),
    adminKubeconfig: (address, contextName) => ({
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: contextName,
          cluster: { server: address, "certificate-authority-data": base64(authority.certificate) },
        },
      ],
      users: [
        {
          name: contextName,
          user: { "client-certificate-data": base64(admin.certificate), "client-key-data": base64(admin.key) },
        },
      ],
      contexts: [{ name: contextName, context: { cluster: contextName, user: contextName } }],
      "current-context": contextName,
    }),
  };
}
