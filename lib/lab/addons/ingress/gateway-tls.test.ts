import { once } from "node:events";
import { request } from "node:https";
import type { IncomingMessage } from "node:http";
import { connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { beforeAll, describe, expect, test } from "vitest";
import { createAuthority, type Authority } from "../../api/identity/authority.ts";
import type { ApiObject } from "../api-object.ts";
import { ask, startBackend, testGateway } from "./test-gateway.ts";
import { testIngress, type TestIngress } from "./test-ingress.ts";

const fakeName = "Kubernetes Ingress Controller Fake Certificate";
let authority: Authority;
let version = 0;

beforeAll(async () => {
  authority = await createAuthority("test");
});

async function secretFor(...names: string[]): Promise<ApiObject> {
  const { certificate, key } = await authority.issue({ subject: names[0]!, names });
  return secret({ "tls.crt": certificate, "tls.key": key });
}

function secret(data: Record<string, string>): ApiObject {
  version += 1;
  const encoded = Object.entries(data).map(([name, text]) => [name, Buffer.from(text).toString("base64")]);
  return { metadata: { name: "s", uid: "u", resourceVersion: `${version}` }, data: Object.fromEntries(encoded) };
}

/** Gives the subject of the certificate that is shown to who asks for a name; without one when it is empty. */
async function shown(port: number, servername: string): Promise<string> {
  const options = { host: "127.0.0.1", port, rejectUnauthorized: false, ...(servername && { servername }) };
  const socket: TLSSocket = connect(options);
  await once(socket, "secureConnect");
  const { subject }: PeerCertificate = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

function withTls(name: string, facts: TestIngress): ApiObject {
  const hosts = facts.tls?.flatMap((entry) => entry.hosts ?? []) ?? [];
  return testIngress(name, { rules: hosts.map((host) => [host, { "Prefix /": "web" }]), ...facts });
}

test("each name is shown its own certificate, a wildcard's to one label below, and the fake one to all others", async () => {
  const gateway = await testGateway([], {});
  const two = withTls("two", {
    tls: [
      { hosts: ["a.com", "also-a.com"], secretName: "a" },
      { hosts: ["b.com"], secretName: "b" },
    ],
  });
  const wild = withTls("wild", { namespace: "other", tls: [{ hosts: ["*.c.com"], secretName: "c" }] });
  const { bad } = gateway.use([two, wild], {
    "shop/a": await secretFor("a.com", "also-a.com"),
    "shop/b": await secretFor("b.com"),
    "other/c": await secretFor("*.c.com"),
  });
  expect(bad).toEqual([]);
  const subjects: Record<string, string> = {};
  for (const name of ["a.com", "also-a.com", "A.com", "b.com", "x.c.com", "c.com", "x.y.c.com", "d.com", ""])
    subjects[name] = await shown(gateway.ports.https, name);
  expect(subjects).toEqual({
    "a.com": "a.com",
    "also-a.com": "a.com",
    "A.com": "a.com",
    "b.com": "b.com",
    "x.c.com": "*.c.com",
    "c.com": fakeName,
    "x.y.c.com": fakeName,
    "d.com": fakeName,
    "": fakeName,
  });
});

test("a Secret that changes is shown to the next connection; one that goes leaves the fake certificate", async () => {
  const gateway = await testGateway([], {});
  const ingress = withTls("i", { tls: [{ hosts: ["a.com"], secretName: "a" }] });
  gateway.use([ingress], { "shop/a": await secretFor("a.com") });
  expect(await shown(gateway.ports.https, "a.com")).toBe("a.com");
  gateway.use([ingress], { "shop/a": await secretFor("renewed", "a.com") });
  expect(await shown(gateway.ports.https, "a.com")).toBe("renewed");
  expect(gateway.use([ingress]).bad).toMatchObject([{ message: 'secret "shop/a" was not found' }]);
  expect(await shown(gateway.ports.https, "a.com")).toBe(fakeName);
});

describe("a Secret that is of no use leaves the fake certificate, and says why", () => {
  test.for<[string, () => Promise<ApiObject>, RegExp]>([
    ["without a key", async () => secret({ "tls.crt": "x" }), /^secret "shop\/a" has no tls\.crt or no tls\.key$/],
    [
      "of nonsense",
      async () => secret({ "tls.crt": "x", "tls.key": "y" }),
      /^secret "shop\/a" has no usable certificate and key: /,
    ],
    [
      "with the key of another certificate",
      async () => {
        const [one, other] = await Promise.all([secretFor("a.com"), secretFor("a.com")]);
        return { ...one, data: { ...one["data"], "tls.key": other["data"]["tls.key"] } };
      },
      /^secret "shop\/a" has no usable certificate and key: .*key values mismatch/,
    ],
    ["for another name", () => secretFor("b.com"), /^the certificate of secret "shop\/a" is not for the name a\.com$/],
  ])("%s", async ([, make, message]) => {
    const gateway = await testGateway([], {});
    const ingress = withTls("i", { tls: [{ hosts: ["a.com"], secretName: "a" }] });
    const { bad } = gateway.use([ingress], { "shop/a": await make() });
    expect(bad).toMatchObject([{ ingress: { metadata: { name: "i" } }, message: expect.stringMatching(message) }]);
    expect(await shown(gateway.ports.https, "a.com")).toBe(fakeName);
  });
});

test("a host that no entry lists gets the first of the Ingress's certificates that is good for it", async () => {
  const gateway = await testGateway([], {});
  const ingress = testIngress("i", {
    tls: [{ secretName: "a" }, { secretName: "b" }, {}],
    rules: [["b.com"], ["c.com"]],
  });
  const secrets = { "shop/a": await secretFor("a.com"), "shop/b": await secretFor("b.com") };
  expect(gateway.use([ingress], secrets).bad).toEqual([]);
  expect([await shown(gateway.ports.https, "b.com"), await shown(gateway.ports.https, "c.com")]).toEqual([
    "b.com",
    fakeName,
  ]);
});

test("of two Ingresses with TLS for a host the first one's certificate is shown", async () => {
  const gateway = await testGateway([], {});
  const plain = testIngress("plain", { rules: [["a.com"]] });
  const [first, second] = ["first", "second"].map((secretName) =>
    withTls(secretName, { tls: [{ hosts: ["a.com"], secretName }] }),
  );
  const secrets = { "shop/first": await secretFor("one", "a.com"), "shop/second": await secretFor("two", "a.com") };
  gateway.use([plain, first!, second!], secrets);
  expect(await shown(gateway.ports.https, "a.com")).toBe("one");
});

test("over TLS the backend hears so, and browsers are told to stay; without TLS they are sent there", async () => {
  const web = await startBackend((asked, response) => {
    const { "x-forwarded-proto": proto, "x-forwarded-port": port } = asked.headers;
    response.end(`${String(proto)} ${String(port)}`);
  });
  const gateway = await testGateway([], { web: [web] });
  gateway.use([withTls("i", { tls: [{ hosts: ["a.com"], secretName: "a" }] })], { "shop/a": await secretFor("a.com") });

  const secure = async (path: string, host: string) => {
    const options = { host: "127.0.0.1", port: gateway.ports.https, path, ca: authority.certificate, agent: false };
    const asked = request({ ...options, servername: "a.com", headers: { host } }).end();
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    const text = (await response.toArray()).join("");
    return { status: response.statusCode, remember: response.headers["strict-transport-security"], text };
  };
  const remember = "max-age=31536000; includeSubDomains";
  expect(await secure("/", "a.com")).toEqual({ status: 200, remember, text: "https 443" });
  // The name of the handshake and the Host header need not be the same; the header decides.
  expect(await secure("/", "b.com")).toMatchObject({ status: 404, remember: undefined });

  const { status, headers } = await ask(gateway.ports.http, "/x?y", { host: "a.com" });
  expect({ status, location: headers.location }).toEqual({ status: 308, location: "https://a.com/x?y" });
  expect(headers).not.toHaveProperty("strict-transport-security");
});
