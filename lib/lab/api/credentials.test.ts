import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { createCredentials } from "./credentials.ts";
import type { ClusterCredentials } from "./credentials.ts";

let credentials: ClusterCredentials;
beforeAll(async () => {
  credentials = await createCredentials({ clusterName: "region-athens", addresses: ["172.19.0.2"], names: ["athens"] });
});

test("the server's certificate is good for its addresses and names", () => {
  const server = new X509Certificate(credentials.serverCertPem);
  expect(server.verify(new X509Certificate(credentials.caCertificate).publicKey)).toBe(true);
  for (const name of ["localhost", "athens", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"]) {
    expect(server.checkHost(name)).toBe(name);
  }
  for (const address of ["127.0.0.1", "172.19.0.2"]) expect(server.checkIP(address)).toBe(address);
  expect(server.checkHost("elsewhere")).toBeUndefined();
});

test("the administrator's certificate says who it is", () => {
  const config = credentials.adminKubeconfig("https://127.0.0.1:6443", "kind-region-athens") as {
    users: [{ user: Record<string, string> }];
    "current-context": string;
  };
  const pem = Buffer.from(config.users[0].user["client-certificate-data"]!, "base64");
  expect(new X509Certificate(pem).subject).toBe("O=system:masters\nCN=kubernetes-admin");
  expect(config["current-context"]).toBe("kind-region-athens");
});

describe("a token", () => {
  test("is good for its service account", () => {
    expect(credentials.authenticate(credentials.issueToken("facts", "default"))).toEqual({
      name: "system:serviceaccount:facts:default",
      groups: ["system:serviceaccounts", "system:serviceaccounts:facts", "system:authenticated"],
    });
  });

  test("is worthless when it is changed, foreign, for somebody else or past its time", async () => {
    const token = credentials.issueToken("facts", "default");
    const [header, claims, signature] = token.split(".");
    const forged = Buffer.from(Buffer.from(claims!, "base64url").toString().replaceAll("facts", "other")).toString(
      "base64url",
    );
    const other = await createCredentials({ clusterName: "region-hurup", addresses: [] });
    const worthless = [
      "",
      "a.b",
      `${header}.${forged}.${signature}`,
      other.issueToken("facts", "default"),
      credentials.issueToken("facts", "default", { audiences: ["vault"] }),
      credentials.issueToken("facts", "default", { expirationSeconds: -1 }),
    ];
    expect(worthless.map((text) => credentials.authenticate(text))).toEqual(worthless.map(() => undefined));
  });
});
