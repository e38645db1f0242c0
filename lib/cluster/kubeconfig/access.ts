import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Diagnostic } from "../../base/diagnostic.ts";
import { fieldOf, isRecord, listOf, type OpenRecord, textOf } from "../../base/open-record.ts";
import type { Kubeconfig } from "./kubeconfig.ts";
import type { KubeconfigEntry } from "./kubeconfig-file.ts";
import { checkTls } from "./check-tls.ts";

/** A command that prints credentials. */
export interface CredentialHelper {
  command: string;
  args: string[];
  env: Record<string, string>;
  apiVersion: string;
  installHint: string | undefined;
  provideClusterInfo: boolean;
}

/**
 * All that is needed to talk to the API server of one context. Certificates and keys are PEM. It is full of secrets: keep it in
 * closures, never in an error, a report or a field of something that is handed out.
 */
export interface Access {
  context: string;
  clusterName: string;
  userName: string;
  /** As written, without a slash at the end. */
  server: string;
  ca: string | undefined;
  skipTlsVerify: boolean;
  tlsServerName: string | undefined;
  proxyUrl: string | undefined;
  clientCertificate: string | undefined;
  clientKey: string | undefined;
  token: string | undefined;
  tokenFile: string | undefined;
  username: string | undefined;
  password: string | undefined;
  impersonate: string | undefined;
  helper: CredentialHelper | undefined;
  /** The older `auth-provider` of the user entry, as written. */
  authProvider: OpenRecord | undefined;
}

/**
 * Reads what one context needs, files included.
 *
 * Throws Diagnostic `configuration` for a reference to a cluster or user that is not there, a file that cannot be read, a server
 * that is not a URL, and certificates and keys that are none. `context` must exist.
 */
export function readAccess(kubeconfig: Kubeconfig, context: string): Access {
  const entries = kubeconfig.entries();
  const fields = entries.contexts.get(context)?.fields;
  const clusterName = textOf(fields, "cluster");
  const userName = textOf(fields, "user");
  if (clusterName === undefined) throw wrong(context, "names no cluster");
  const cluster = entries.clusters.get(clusterName);
  if (cluster === undefined)
    throw wrong(context, `names the cluster ${JSON.stringify(clusterName)}, which is not defined`);
  const user = userName === undefined ? undefined : entries.users.get(userName);
  if (userName !== undefined && user === undefined)
    throw wrong(context, `names the user ${JSON.stringify(userName)}, which is not defined`);

  const access: Access = {
    context,
    clusterName,
    userName: userName ?? "anonymous",
    ...clusterAccess(context, cluster),
    ...userAccess(context, user),
  };
  checkTls(access);
  return access;
}

function clusterAccess(context: string, entry: KubeconfigEntry) {
  const server = textOf(entry.fields, "server")?.replace(/\/+$/, "");
  if (server === undefined) throw wrong(context, "leads to a cluster entry without a server");
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    throw wrong(context, "leads to a server that is not an https:// address");
  if (url.username !== "" || url.password !== "")
    throw wrong(context, "has a password in its server's address; move it to the user entry");
  return {
    server,
    ca: material(context, entry, "certificate-authority"),
    // Without TLS there is nothing to verify.
    skipTlsVerify: entry.fields["insecure-skip-tls-verify"] === true || url.protocol === "http:",
    tlsServerName: textOf(entry.fields, "tls-server-name"),
    proxyUrl: textOf(entry.fields, "proxy-url"),
  };
}

function userAccess(context: string, entry: KubeconfigEntry | undefined) {
  const fields = entry?.fields ?? {};
  if (["as-groups", "as-uid", "as-user-extra"].some((name) => fields[name] !== undefined))
    throw wrong(
      context,
      "impersonates groups, a UID or extra fields, which meshgate cannot send; impersonate a user alone",
    );
  const tokenFile = textOf(fields, "tokenFile");
  const authProvider = fields["auth-provider"];
  return {
    clientCertificate: entry && material(context, entry, "client-certificate"),
    clientKey: entry && material(context, entry, "client-key"),
    // The file wins over the text, as in kubectl.
    token: tokenFile === undefined ? textOf(fields, "token")?.trim() : undefined,
    tokenFile: entry && tokenFile !== undefined ? resolve(entry.directory, tokenFile) : undefined,
    username: textOf(fields, "username"),
    password: textOf(fields, "password"),
    impersonate: textOf(fields, "as"),
    helper: entry && helperOf(context, entry),
    authProvider: isRecord(authProvider) ? authProvider : undefined,
  };
}

/** Inline data wins over a file, as in kubectl. */
function material(context: string, { fields, directory }: KubeconfigEntry, field: string): string | undefined {
  const data = textOf(fields, `${field}-data`);
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  const path = textOf(fields, field);
  if (path === undefined) return undefined;
  const file = resolve(directory, path);
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw wrong(context, `names the ${field} ${file}, which cannot be read`);
  }
}

function helperOf(context: string, { fields, directory }: KubeconfigEntry): CredentialHelper | undefined {
  const exec = fields["exec"];
  if (!isRecord(exec)) return undefined;
  const command = textOf(exec, "command");
  if (command === undefined) throw wrong(context, "has a user with an exec section without a command");
  const variables = listOf(exec, "env").map((item) => [textOf(item, "name") ?? "", textOf(item, "value") ?? ""]);
  return {
    // A path is relative to the kubeconfig; a bare name is looked up in PATH.
    command: command.includes("/") ? resolve(directory, command) : command,
    args: listOf(exec, "args").map(String),
    env: Object.fromEntries(variables),
    apiVersion: textOf(exec, "apiVersion") ?? "client.authentication.k8s.io/v1",
    installHint: textOf(exec, "installHint"),
    provideClusterInfo: fieldOf(exec, "provideClusterInfo") === true,
  };
}

function wrong(context: string, what: string): Diagnostic {
  return new Diagnostic(
    "configuration",
    `The context ${JSON.stringify(context)} ${what}.`,
    "Repair the kubeconfig; kubectl config view shows it without its secrets.",
  );
}
