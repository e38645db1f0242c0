import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { servingCertificate } from "../../base/serving-certificate.ts";
import { readAccess } from "./access.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { requireContexts } from "./require-contexts.ts";
import { secretsOf } from "./secrets-of.ts";
import { type KubeconfigDirectory, kubeconfigText, makeKubeconfigDirectory } from "./test-kubeconfig.ts";

let directory: KubeconfigDirectory;
beforeEach(() => {
  directory = makeKubeconfigDirectory();
});
afterEach(() => directory[Symbol.dispose]());

const server = "https://10.0.0.1:6443";
const load = (options: { path?: string; env?: Record<string, string>; serviceAccount?: string }) =>
  loadKubeconfig({ cwd: directory.path, ...options, env: { HOME: join(directory.path, "nobody"), ...options.env } });

describe("the kubeconfig is", () => {
  test("the file that is named, relative to the working directory", () => {
    directory.write("named", kubeconfigText({ a: { server } }));
    directory.write("other", kubeconfigText({ b: { server } }));
    expect(load({ path: "named", env: { KUBECONFIG: "other" } }).contexts).toEqual(["a"]);
  });

  test("all files of KUBECONFIG, of which the first to name an entry wins and those that are missing are passed over", () => {
    const one = directory.write("one", kubeconfigText({ a: { server, user: { token: "first" } } }));
    const two = directory.write("two", kubeconfigText({ a: { server, user: { token: "second" } }, b: { server } }));
    const kubeconfig = load({ env: { KUBECONFIG: ["", join(directory.path, "gone"), one, two].join(delimiter) } });
    expect(kubeconfig.sources).toEqual([one, two]);
    expect(kubeconfig.contexts).toEqual(["a", "b"]);
    expect(readAccess(kubeconfig, "a").token).toBe("first");
  });

  test("the one in the home directory", () => {
    mkdirSync(join(directory.path, "home", ".kube"), { recursive: true });
    writeFileSync(join(directory.path, "home", ".kube", "config"), kubeconfigText({ home: { server } }));
    expect(load({ env: { HOME: join(directory.path, "home") } }).contexts).toEqual(["home"]);
  });

  test("made of a pod's service account when there is no file", async () => {
    directory.write("token", "pod-token\n");
    directory.write("ca.crt", (await servingCertificate(["ca"])).certificate);
    const env = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
    const kubeconfig = load({ env, serviceAccount: directory.path });
    expect(kubeconfig.contexts).toEqual(["in-cluster"]);
    expect(readAccess(kubeconfig, "in-cluster")).toMatchObject({
      server: "https://[fd00::1]:443",
      tokenFile: join(directory.path, "token"),
    });
  });
});

describe("a kubeconfig that cannot be used is named and not quoted:", () => {
  test("none at all", () => {
    const file = join(directory.path, "nobody", ".kube", "config");
    expect(() => load({ serviceAccount: directory.path })).toThrow(
      `There is no kubeconfig: ${file} does not exist and KUBECONFIG is not set.`,
    );
  });

  test("missing", () => {
    const file = join(directory.path, "gone");
    expect(() => load({ path: file })).toThrow(`The kubeconfig ${file} does not exist.`);
    expect(() => load({ env: { KUBECONFIG: `${file}${delimiter}${file}2` } })).toThrow(
      `None of the kubeconfigs ${file}, ${file}2 exists.`,
    );
  });

  test("a directory", () => {
    expect(() => load({ path: directory.path })).toThrow(`The kubeconfig ${directory.path} cannot be read (EISDIR).`);
  });

  test.each([
    ["users:\n  - token: s3cr3t\n bad", "it is not YAML (line 3)"],
    ["just text s3cr3t", "it holds no fields"],
    ["kind: Secret\ndata: s3cr3t", "it is not of kind Config"],
    ["users: s3cr3t", "its users are not a list"],
    ["users: [{user: {token: s3cr3t}}]", "users[0] has no name"],
    ["users: [{name: a}, {name: a}]", 'it names the user "a" twice'],
    ["users: *s3cr3t", "its aliases cannot be resolved"],
  ])("%j", (text, what) => {
    const file = directory.write("bad", text);
    expect(() => load({ path: file })).toThrow(`The kubeconfig ${file} is not valid: ${what}.`);
  });
});

describe("contexts", () => {
  const names = ["kubeadm@kubernetes", "arn:aws:eks:eu-west-1:1:cluster/x", "two words", "kind-region-athens"];

  test("of any form are accepted", () => {
    const kubeconfig = directory.load(Object.fromEntries(names.map((name) => [name, { server }])));
    expect(() => requireContexts(kubeconfig, names)).not.toThrow();
  });

  test("that are unknown or named twice are refused together, with those that exist", () => {
    const file = directory.write("config", kubeconfigText(Object.fromEntries(names.map((name) => [name, { server }]))));
    const kubeconfig = load({ path: file });
    const refused = () => requireContexts(kubeconfig, ["kind-region-athen", "two words", "two words"]);
    expect(refused).toThrow(
      expect.objectContaining({
        kind: "configuration",
        message: `There is no context "kind-region-athen" in ${file}.\nThe context "two words" is named more than once.`,
        cure: [
          'Did you mean "kind-region-athens"?',
          "Contexts that exist: kubeadm@kubernetes, arn:aws:eks:eu-west-1:1:cluster/x, two words, kind-region-athens",
          "Name each cluster once; its traffic to itself is always part of a run.",
          "To try meshgate without a cluster, leave --context out: npm test",
        ].join("\n"),
      }),
    );
  });

  test.each([
    [{ clusters: [] }, 'names the cluster "cluster of a", which is not defined'],
    [{ users: [] }, 'names the user "user of a", which is not defined'],
    [{ clusters: [{ name: "cluster of a" }] }, "leads to a cluster entry without a server"],
    [
      { clusters: [{ name: "cluster of a", cluster: { server: "10.0.0.1" } }] },
      "leads to a server that is not an https:// address",
    ],
    [
      { clusters: [{ name: "cluster of a", cluster: { server: "https://me:pw@host" } }] },
      "has a password in its server's address; move it to the user entry",
    ],
    [
      { users: [{ name: "user of a", user: { as: "x", "as-groups": ["admins"] } }] },
      "impersonates groups, a UID or extra fields, which meshgate cannot send; impersonate a user alone",
    ],
    [{ users: [{ name: "user of a", user: { exec: {} } }] }, "has a user with an exec section without a command"],
  ])("with %j are refused", (changes, what) => {
    const whole: unknown = JSON.parse(kubeconfigText({ a: { server } }));
    const kubeconfig = load({ path: directory.write("config", JSON.stringify({ ...(whole as object), ...changes })) });
    expect(() => requireContexts(kubeconfig, ["a"])).toThrow(`The context "a" ${what}.`);
  });
});

const [mine, other] = await Promise.all([servingCertificate(["mine"]), servingCertificate(["other"])]);

describe("certificates and keys", () => {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const cert = { "client-certificate-data": base64(mine.certificate) };
  const key = { "client-key-data": base64(mine.key) };

  test("are read from files relative to the kubeconfig, and text in it wins", () => {
    directory.write("mine.crt", mine.certificate);
    const user = { "client-certificate": "mine.crt", "client-key": "gone.key", ...key };
    const access = readAccess(directory.load({ a: { server, user } }), "a");
    expect([access.clientCertificate, access.clientKey]).toEqual([mine.certificate, mine.key]);
  });

  test.each([
    [{ "client-certificate": "gone.crt" }, /names the client-certificate .*gone\.crt, which cannot be read\.$/],
    [cert, /has a client-certificate but no client-key\.$/],
    [key, /has a client-key but no client-certificate\.$/],
    [{ ...cert, "client-key-data": base64("s3cr3t") }, /is not a PEM private key without a passphrase\.$/],
    [{ ...key, "client-certificate-data": base64("s3cr3t") }, /The client-certificate .* is not a PEM certificate\.$/],
    [{ ...cert, "client-key-data": base64(other.key) }, /do not belong together\.$/],
  ])("that cannot be used are refused (%#)", (user, message) => {
    const kubeconfig = directory.load({ a: { server, user } });
    expect(() => requireContexts(kubeconfig, ["a"])).toThrow(message);
  });

  test("of an authority that is none are refused", () => {
    const cluster = { "certificate-authority-data": base64("s3cr3t") };
    expect(() => requireContexts(directory.load({ a: { server, cluster } }), ["a"])).toThrow(
      'The certificate-authority of the context "a" is not a PEM certificate.',
    );
  });

  test("are secrets, as are tokens, passwords and a helper's environment, but not what names a context", () => {
    const env = [
      { name: "AWS_SECRET", value: "from-the-vault" },
      { name: "AWS_PROFILE", value: "production" },
    ];
    const user = {
      ...cert,
      ...key,
      token: "tok-en-1",
      username: "me",
      password: "pass-word",
      exec: { command: "x", env },
    };
    const cluster = { "proxy-url": "http://me:pr%40xy-word@proxy:3128" };
    const secrets = secretsOf(directory.load({ "eks/production": { server, user, cluster } }));
    const expected = [key["client-key-data"], mine.key.trim(), "tok-en-1", "pass-word", base64("me:pass-word")];
    expect(secrets).toEqual(expect.arrayContaining([...expected, "from-the-vault", "pr@xy-word", "pr%40xy-word"]));
    expect(secrets).not.toContain("production");
  });
});
