import { createPrivateKey, X509Certificate } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { servingCertificate } from "./serving-certificate.ts";

describe("a serving certificate", () => {
  it("is good for its names, a wildcard and an address among them, and for no other", async () => {
    const { certificate, key, fingerprint256 } = await servingCertificate([
      "shop.example",
      "*.shop.example",
      "127.0.0.1",
    ]);
    const leaf = new X509Certificate(certificate);
    expect(leaf.subjectAltName).toBe("DNS:shop.example, DNS:*.shop.example, IP Address:127.0.0.1");
    expect(leaf.subject).toBe("CN=shop.example");
    expect(leaf.checkHost("a.shop.example")).toBe("*.shop.example");
    expect(leaf.checkHost("a.b.shop.example")).toBeUndefined();
    expect(leaf.checkHost("other.example")).toBeUndefined();
    expect(leaf.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(leaf.fingerprint256).toBe(fingerprint256);
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
  });

  it("is valid now and for no longer than it was made for", async () => {
    const { certificate } = await servingCertificate(["shop.example"], { lifetimeMs: 3_600_000 });
    const { validFromDate, validToDate } = new X509Certificate(certificate);
    expect(validFromDate.getTime()).toBeLessThan(Date.now());
    expect(validToDate.getTime()).toBeGreaterThan(Date.now());
    expect(validToDate.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000);
  });

  it("is another one each time", async () => {
    const [one, other] = await Promise.all([servingCertificate(["a.example"]), servingCertificate(["a.example"])]);
    expect(one.fingerprint256).not.toBe(other.fingerprint256);
  });

  it("serves, to clients that take it for an authority", async () => {
    const { certificate, key } = await servingCertificate(["shop.example"]);
    const server = createServer({ cert: certificate, key }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const socket: TLSSocket = connect({ port, host: "127.0.0.1", servername: "shop.example", ca: certificate });
    onTestFinished(() => void socket.destroy());
    await once(socket, "secureConnect");
    expect(socket.authorized).toBe(true);
  });

  it("is not made for nobody", async () => {
    await expect(servingCertificate([])).rejects.toThrow("a certificate needs a name");
  });
});
