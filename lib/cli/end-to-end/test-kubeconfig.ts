import { parse } from "yaml";

/** A kubeconfig as a plain object that tests may change and write again, as JSON. */
export interface TestKubeconfig {
  clusters: {
    name: string;
    cluster: { server: string; "certificate-authority-data"?: string; [field: string]: unknown };
  }[];
  users: {
    name: string;
    user: { "client-certificate-data"?: string; "client-key-data"?: string; token?: string; [field: string]: unknown };
  }[];
  contexts: { name: string; context: { cluster: string; user: string } }[];
  "current-context": string;
}

/** Reads the text of a kubeconfig that has all its lists. */
export function parseTestKubeconfig(text: string): TestKubeconfig {
  return parse(text) as TestKubeconfig;
}

/** Finds an entry by its name; throws when there is none. */
export function named<T extends { name: string }>(list: T[], name: string): T {
  const found = list.find((entry) => entry.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

/**
 * Lists what must never be printed: certificates and keys as they are in the file and each line of their PEM bodies, tokens,
 * passwords, and the environment of credential helpers.
 */
export function secretsIn({ clusters, users }: TestKubeconfig): string[] {
  const authorities = clusters.map(({ cluster }) => cluster["certificate-authority-data"] ?? "");
  const material = users.flatMap(({ user }) => [user["client-certificate-data"] ?? "", user["client-key-data"] ?? ""]);
  const texts = users.flatMap(({ user }) => {
    const exec = user["exec"] as { env?: { value: string }[] } | undefined;
    return [user.token, user["password"] as string | undefined, ...(exec?.env ?? []).map(({ value }) => value)];
  });
  return [...authorities, ...material, ...[...authorities, ...material].flatMap(pemLines), ...texts].filter(
    (secret) => secret !== undefined && secret !== "",
  ) as string[];
}

/** Lines of a PEM body that are long enough not to turn up by chance. */
function pemLines(base64: string): string[] {
  const lines = Buffer.from(base64, "base64").toString().split("\n");
  return lines.filter((line) => line.length >= 8 && !line.startsWith("-----"));
}
