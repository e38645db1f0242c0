import type { Results } from "./path-result.ts";
import type { Reporter } from "./reporter.ts";
import type { Writer } from "./writer.ts";

const defaultEveryMs = 5000;

/**
 * Lets a writer write into a directory that exists: at the start, at most once per its `everyMs` while something changes, and at the end.
 * So a run that was killed leaves every report, with the verdict `interrupted`.
 */
export function fileReporter(writer: Writer, directory: string): Reporter {
  const { everyMs = defaultEveryMs } = writer;
  let current: (() => Results) | undefined;
  let flushedAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  return {
    name: writer.output,
    runStarted(giveCurrent) {
      current = giveCurrent;
      if (everyMs !== Infinity) flush();
    },
    pathFinished: flushSoon,
    groupFinished: flushSoon,
    troubleFound: flushSoon,
    async runFinished(results) {
      clearTimeout(timer);
      await writing;
      await writer.write(results, directory);
    },
  };

  function flushSoon(): void {
    if (everyMs === Infinity) return;
    const waitMs = flushedAtMs + everyMs - performance.now();
    if (waitMs <= 0) flush();
    else timer ??= setTimeout(flushLater, waitMs).unref();
  }

  // An error inside a timer would end the process; the next flush meets it again, and the last one is not in a timer.
  function flushLater(): void {
    try {
      flush();
    } catch {}
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    flushedAtMs = performance.now();
    if (current === undefined || writing !== undefined) return;
    const written = writer.write(current(), directory);
    // As with a timer: what fails here fails again at the end, and is told there.
    writing = written?.catch(() => undefined).finally(() => (writing = undefined));
  }
}
