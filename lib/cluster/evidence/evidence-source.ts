import type { Cluster } from "../cluster.ts";

/** What is looked at in one cluster for one group of findings. */
export interface Subject {
  /** Names of the nodes that they go through. */
  nodes: string[];
  /** Names of pods, or of the workloads that they belong to, that take part; they are looked at first. */
  workloads: string[];
  services: { namespace: string; name: string }[];
  /** Whether Ingresses take part. */
  ingresses: boolean;
}

/** A text that was gathered. */
export interface GatheredFile {
  /** A relative path, of characters that every file system takes. */
  name: string;
  /** What it holds, in words. */
  about: string;
  text: string;
  /** Which end matters when it is too long. */
  keep: "head" | "tail";
}

/** What there is to see. */
export interface Gathered {
  files: GatheredFile[];
  /** What could not be read, and why; sentences. */
  cut: string[];
}

/** One cluster, as it is looked at for evidence: what several subjects need is read once. */
export interface EvidenceSource {
  readonly cluster: Cluster;
  /** The namespaces of the run. */
  readonly namespaces: readonly string[];
  /**
   * Reads something, unless it was read under this name already. Undefined when it may not be read, is not answered in time or fails;
   * `cut` then says so. The signal aborts when the answer is not waited for any more. Never rejects.
   */
  read<T>(name: string, cut: string[], ask: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
}

export interface EvidenceLimits {
  /** Ends everything. */
  signal: AbortSignal;
  /** For one reading. */
  callMs: number;
}

/** How many readings of one cluster are under way at a time. */
const mostAtOnce = 8;

/** Opens a cluster for evidence. */
export function evidenceSource(
  cluster: Cluster,
  namespaces: readonly string[],
  { signal, callMs }: EvidenceLimits,
): EvidenceSource {
  const known = new Map<string, Promise<Reading<unknown>>>();
  const waiting: (() => void)[] = [];
  let free = mostAtOnce;

  return {
    cluster,
    namespaces,
    async read<T>(name: string, cut: string[], ask: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
      const reading = known.get(name) ?? queued(ask);
      known.set(name, reading);
      const { value, failed } = await reading;
      if (failed !== undefined) cut.push(`${cluster.context}: ${name}: ${failed}`);
      return value as T | undefined;
    },
  };

  async function queued<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<Reading<T>> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return signal.aborted ? { failed: timeIsOver } : await bounded(ask);
    } catch (error) {
      return { failed: error instanceof Error ? lastPart(error) : "it failed" };
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  }

  async function bounded<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<Reading<T>> {
    const over = new AbortController();
    const { promise, resolve } = Promise.withResolvers<Reading<T>>();
    const timer = setTimeout(() => resolve({ failed: `no answer within ${callMs} ms` }), callMs);
    signal.addEventListener("abort", () => resolve({ failed: timeIsOver }), { signal: over.signal });
    try {
      return await Promise.race([ask(over.signal).then((value) => ({ value })), promise]);
    } finally {
      clearTimeout(timer);
      over.abort();
    }
  }
}

interface Reading<T> {
  value?: T;
  failed?: string;
}

const timeIsOver = "not read, for the time for evidence was over";

/** What happened, without the context, server and request that an API failure begins with. */
function lastPart(error: Error): string {
  return "what" in error && typeof error.what === "string" ? error.what : error.message;
}
