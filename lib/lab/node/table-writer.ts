import { setTimeout as delay } from "node:timers/promises";
import { runInNetns } from "../net/run-tool.ts";

/** Keeps one nftables table of a network namespace as it was last wanted. */
export interface TableWriter<Content> {
  write(content: Content): void;
  /** Resolves when the table is as it was last wanted. Never rejects: what fails is logged and tried again. */
  settled(): Promise<void>;
  /** Writes no more; the table stays as it is. */
  stop(): void;
}

export interface TableWriterOptions<Content> {
  netns: string;
  /** Writes the nft commands from what is applied to what is wanted; from undefined, whatever the table holds. Empty for nothing to do. */
  transaction(applied: Content | undefined, wanted: Content): string;
  log: (line: string) => void;
}

const retryMs = 1000;

/** Makes a writer. Each write is one atomic transaction; of writes that come while another runs, the last one counts. */
export function tableWriter<Content>({ netns, transaction, log }: TableWriterOptions<Content>): TableWriter<Content> {
  const ending = new AbortController();
  /** Undefined while what the table holds is unknown: at the start, and after a failure. */
  let applied: Content | undefined;
  let wanted: Content | undefined;
  let busy = false;
  let applying = Promise.resolve();

  const next = (): Content | undefined => (ending.signal.aborted || applied === wanted ? undefined : wanted);
  const apply = async (): Promise<void> => {
    for (let target = next(); target !== undefined; target = next()) {
      const text = transaction(applied, target);
      try {
        if (text !== "") await runInNetns(netns, ["nft", "-f", "-"], text);
        applied = target;
      } catch (error) {
        log((error as Error).message.split("\n", 1).join());
        applied = undefined;
        await delay(retryMs, undefined, { signal: ending.signal }).catch(() => {});
      }
    }
    busy = false;
  };
  return {
    write(content) {
      wanted = content;
      if (busy) return;
      busy = true;
      applying = apply();
    },
    settled: () => applying,
    stop: () => ending.abort(),
  };
}
