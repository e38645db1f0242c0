import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { Diagnostic } from "../../base/diagnostic.ts";
import { inClusterEntries, serviceAccountDirectory } from "./in-cluster.ts";
import { type KubeconfigEntries, readKubeconfigFile } from "./kubeconfig-file.ts";

/**
 * What a kubeconfig says. The entries, with their secrets, are reached only by calling `entries`, so that an inspected or logged
 * Kubeconfig shows names and nothing else.
 */
export interface Kubeconfig {
  /** The files that were read, in the order in which they win, or one word on the service account. */
  readonly sources: readonly string[];
  /** Names of all contexts, in the order of the files. */
  readonly contexts: readonly string[];
  readonly currentContext: string | undefined;
  entries(): KubeconfigEntries;
}

export interface KubeconfigOptions {
  /** One file, as `--kubeconfig` names it. Without it `env.KUBECONFIG`, `~/.kube/config` and the service account are tried in turn. */
  path?: string;
  env: Record<string, string | undefined>;
  cwd: string;
  /** Where a pod finds its service account; given only by tests. */
  serviceAccount?: string;
}

/**
 * Reads the kubeconfig that kubectl would read, and merges several files as kubectl does: the first file to name an entry wins.
 *
 * Throws Diagnostic `configuration` when a file is missing, unreadable or invalid; it names the file and never quotes it.
 * @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files
 */
export function loadKubeconfig(options: KubeconfigOptions): Kubeconfig {
  const { path, env, cwd } = options;
  if (path !== undefined) return readFiles([requireFile(resolve(cwd, path), "--kubeconfig")]);

  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((entry) => entry !== "");
  if (listed.length > 0) return readFiles(existingFiles(listed.map((entry) => resolve(cwd, entry))));

  const standard = join(env["HOME"] ?? homedir(), ".kube", "config");
  if (existsSync(standard)) return readFiles([standard]);

  const entries = inClusterEntries(env, options.serviceAccount ?? serviceAccountDirectory);
  if (entries !== undefined) return kubeconfigOf(["the service account of this pod"], entries);
  throw new Diagnostic(
    "configuration",
    `There is no kubeconfig: ${standard} does not exist and KUBECONFIG is not set.`,
    "Name one with --kubeconfig FILE or with KUBECONFIG=FILE.\nTo try meshgate without a cluster, leave --context out: npm test",
  );
}

function requireFile(file: string, givenBy: string): string {
  if (existsSync(file)) return file;
  throw new Diagnostic(
    "configuration",
    `The kubeconfig ${file} does not exist.`,
    `Check the path that ${givenBy} names.`,
  );
}

/** As kubectl does, files that are not there are passed over as long as one of them is. */
function existingFiles(files: string[]): string[] {
  const existing = files.filter((file) => existsSync(file));
  if (existing.length > 0) return existing;
  const all = files.join(", ");
  throw new Diagnostic(
    "configuration",
    files.length === 1 ? `The kubeconfig ${all} does not exist.` : `None of the kubeconfigs ${all} exists.`,
    "Check the paths that the environment variable KUBECONFIG names.",
  );
}

function readFiles(files: string[]): Kubeconfig {
  return kubeconfigOf(files, merge(files.map((file) => readKubeconfigFile(file))));
}

function merge(all: KubeconfigEntries[]): KubeconfigEntries {
  return {
    currentContext: all.map((entries) => entries.currentContext).find((name) => name !== undefined),
    contexts: firstWins(all.map((entries) => entries.contexts)),
    clusters: firstWins(all.map((entries) => entries.clusters)),
    users: firstWins(all.map((entries) => entries.users)),
  };
}

function firstWins<T>(maps: Map<string, T>[]): Map<string, T> {
  const merged = new Map<string, T>();
  for (const map of maps) for (const [name, value] of map) if (!merged.has(name)) merged.set(name, value);
  return merged;
}

function kubeconfigOf(sources: string[], entries: KubeconfigEntries): Kubeconfig {
  return {
    sources,
    contexts: [...entries.contexts.keys()],
    currentContext: entries.currentContext,
    entries: () => entries,
  };
}
