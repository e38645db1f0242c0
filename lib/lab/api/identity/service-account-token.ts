import { generateKeyPairSync, randomUUID, sign, verify } from "node:crypto";

/** Who a request comes from. */
export interface User {
  name: string;
  groups: string[];
  uid?: string;
}

export interface TokenRequest {
  audiences?: string[];
  expirationSeconds?: number;
  uid?: string;
}

export interface TokenIssuer {
  /** A JSON web token for system:serviceaccount:NAMESPACE:NAME; valid for a year unless it is asked otherwise. */
  issueToken(namespace: string, serviceAccount: string, request?: TokenRequest): string;
  authenticate(token: string): User | undefined;
}

const header = { alg: "ES256", typ: "JWT" };

/**
 * Creates a key for service account tokens, and what signs and checks with it.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
 */
export function createTokenIssuer(issuer: string): TokenIssuer {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const dsaEncoding = "ieee-p1363";
  return {
    issueToken(namespace, serviceAccount, { audiences = [issuer], expirationSeconds = 365 * 86_400, uid } = {}) {
      const seconds = Math.floor(Date.now() / 1000);
      const claims = {
        aud: audiences,
        exp: seconds + expirationSeconds,
        iat: seconds,
        iss: issuer,
        jti: randomUUID(),
        "kubernetes.io": { namespace, serviceaccount: { name: serviceAccount, ...(uid && { uid }) } },
        nbf: seconds,
        sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
      };
      const content = `${encode(header)}.${encode(claims)}`;
      const signature = sign("sha256", Buffer.from(content), { key: privateKey, dsaEncoding });
      return `${content}.${signature.toString("base64url")}`;
    },
    authenticate(token) {
      const parts = token.split(".");
      if (parts.length !== 3) return undefined;
      const signature = Buffer.from(parts[2]!, "base64url");
      const content = Buffer.from(`${parts[0]}.${parts[1]}`);
      if (!verify("sha256", content, { key: publicKey, dsaEncoding }, signature)) return undefined;
      const claims = JSON.parse(Buffer.from(parts[1]!, "base64url").toString()) as Claims;
      if (claims.exp * 1000 < Date.now() || !claims.aud.includes(issuer)) return undefined;
      const { namespace, serviceaccount } = claims["kubernetes.io"];
      return {
        name: claims.sub,
        groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
        ...(serviceaccount.uid && { uid: serviceaccount.uid }),
      };
    },
  };
}

interface Claims {
  aud: string[];
  exp: number;
  sub: string;
  "kubernetes.io": { namespace: string; serviceaccount: { name: string; uid?: string } };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
