import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kubeconfig, loadKubeconfig } from "./kubeconfig.ts";

/** A directory for kubeconfigs and credential helpers, removed when disposed. For tests. */
export interface KubeconfigDirectory extends Disposable {
  path: string;
  /** Writes a file and returns its path; `mode` 0o755 makes it a program. */
  write(name: string, text: string, mode?: number): string;
  /** Writes a kubeconfig with one context for each entry and loads it. */
  load(contexts: Record<string, TestContext>): Kubeconfig;
}

export interface TestContext {
  server: string;
  cluster?: Record<string, unknown>;
  user?: Record<string, unknown>;
}

/** Makes an empty directory below the system's temporary one. */
export function makeKubeconfigDirectory(): KubeconfigDirectory {
  const path = mkdtempSync(join(tmpdir(), "meshgate-cluster-"));
  const write = (name: string, text: string, mode = 0o600): string => {
    const file = join(path, name);
    writeFileSync(file, text, { mode });
    return file;
  };
  return {
    path,
    write,
    load: (contexts) => {
      const file = write(`config-${crypto.randomUUID()}.json`, kubeconfigText(contexts));
      return loadKubeconfig({ path: file, env: {}, cwd: path });
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Writes a kubeconfig as text; cluster and user of a context have names of their own. */
export function kubeconfigText(contexts: Record<string, TestContext>): string {
  const entries = Object.entries(contexts);
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    contexts: entries.map(([name]) => ({ name, context: { cluster: `cluster of ${name}`, user: `user of ${name}` } })),
    clusters: entries.map(([name, { server, cluster }]) => ({
      name: `cluster of ${name}`,
      cluster: { server, ...cluster },
    })),
    users: entries.map(([name, { user }]) => ({ name: `user of ${name}`, user: user ?? {} })),
  });
}
