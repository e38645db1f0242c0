import type { Results } from "./path-result.ts";

/** Makes one format of report out of results, and out of nothing else: so that it can be made again from results.json. */
export interface Writer {
  /** What `--format` calls it: `junit`. */
  readonly name: string;
  /** What it writes into the directory, for people: `junit.xml`. */
  readonly output: string;
  /** The least time between two versions while results arrive. Default 5,000; with Infinity there is one version, at the end. */
  readonly everyMs?: number;
  /**
   * Writes all of it into a directory that exists, in place of what is there. Called again and again while results arrive, never while
   * another call has not ended. Throws or rejects with the system's error.
   */
  write(results: Results, directory: string): void | Promise<void>;
}
