import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isRecord, listOf, textOf } from "../../base/open-record.ts";
import type { Kubeconfig } from "./kubeconfig.ts";
import type { KubeconfigEntry } from "./kubeconfig-file.ts";

const shortestSecret = 6;

/**
 * Lists every secret of a kubeconfig: client keys and certificates (encoded and as PEM), tokens, passwords, environment values
 * of credential helpers, settings of older auth providers, and passwords in proxy addresses.
 *
 * For redaction, and for tests that search output. Texts shorter than six characters, and those that are part of a name or an
 * address in the same kubeconfig (`AWS_PROFILE=production`), are left out: they would blot out ordinary words. Never throws.
 */
export function secretsOf(kubeconfig: Kubeconfig): string[] {
  const { contexts, clusters, users } = kubeconfig.entries();
  const found = [...users.values()].flatMap(userSecrets).concat([...clusters.values()].flatMap(clusterSecrets));
  const names = [contexts, clusters, users].flatMap((map) => [...map.keys()]);
  const servers = [...clusters.values()].map(({ fields }) => textOf(fields, "server") ?? "");
  const open = [...names, ...servers];
  return [...new Set(found)].filter(
    (secret) => secret.length >= shortestSecret && !open.some((text) => text.includes(secret)),
  );
}

function userSecrets(entry: KubeconfigEntry): string[] {
  const { fields } = entry;
  const username = textOf(fields, "username");
  const password = textOf(fields, "password");
  const basic =
    password === undefined ? [] : [password, Buffer.from(`${username ?? ""}:${password}`).toString("base64")];
  const provider = fields["auth-provider"];
  const settings = isRecord(provider) && isRecord(provider["config"]) ? Object.entries(provider["config"]) : [];
  return [
    ...material(entry, "client-certificate"),
    ...material(entry, "client-key"),
    textOf(fields, "token")?.trim() ?? "",
    ...fileText(entry, "tokenFile"),
    ...basic,
    ...listOf(fields["exec"], "env").map((item) => textOf(item, "value") ?? ""),
    ...settings.filter(([name]) => /token|secret|password/.test(name)).map(([, value]) => String(value)),
  ];
}

function clusterSecrets({ fields }: KubeconfigEntry): string[] {
  const proxy = textOf(fields, "proxy-url");
  if (proxy === undefined || !URL.canParse(proxy)) return [];
  const { password } = new URL(proxy);
  return [password, percentDecoded(password)];
}

/** As decodeURIComponent, but a malformed text comes back as it is. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function material(entry: KubeconfigEntry, field: string): string[] {
  const data = textOf(entry.fields, `${field}-data`);
  const inline = data === undefined ? [] : [data, Buffer.from(data, "base64").toString("utf8").trim()];
  return [...inline, ...fileText(entry, field)];
}

function fileText({ fields, directory }: KubeconfigEntry, field: string): string[] {
  const path = textOf(fields, field);
  if (path === undefined) return [];
  try {
    return [readFileSync(resolve(directory, path), "utf8").trim()];
  } catch {
    return [];
  }
}
