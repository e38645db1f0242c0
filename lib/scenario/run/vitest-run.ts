import { join } from "node:path";
import { Writable } from "node:stream";
import { createVitest, type Reporter } from "vitest/node";
import { type GroupOutcome, type PlannedGroup, serveGroups } from "./channel.ts";

export interface VitestRunOptions {
  /** The suite files. */
  files: string[];
  runId: string;
  groups: PlannedGroup[];
  /** Must not reject. */
  run(scenario: string, pair: string): Promise<GroupOutcome>;
}

/** Workers only wait for this thread; several of them let suites run side by side. */
const mostWorkers = 4;
/** Each test ends by itself: its paths have time limits of their own, and the run has one. */
const testTimeoutMs = 2 ** 31 - 1;

/**
 * Runs the suites under vitest, in worker threads that ask this thread for every group.
 *
 * Returns messages about what went wrong with vitest itself; empty is good. The verdicts come through `run`.
 */
export async function runSuites({ files, runId, groups, run }: VitestRunOptions): Promise<string[]> {
  const channel = `meshgate-${runId}`;
  const close = serveGroups(channel, run);
  const before = signalListeners();
  const vitest = await createVitest(
    {
      config: false,
      watch: false,
      root: join(import.meta.dirname, "../../.."),
      include: files,
      provide: { channel, groups },
      setupFiles: [join(import.meta.dirname, "as-tests.ts")],
      pool: "threads",
      isolate: false,
      maxWorkers: Math.min(files.length, mostWorkers),
      maxConcurrency: 64,
      testTimeout: testTimeoutMs,
      reporters: [silent],
      passWithNoTests: true,
    },
    {},
    { stdout: strayOutput(), stderr: strayOutput() },
  );
  // Stopping is decided by the command, which still has to write reports and clean up.
  for (const [signal, listener] of signalListeners())
    if (!before.some(([, known]) => known === listener)) process.off(signal, listener);
  try {
    const { unhandledErrors, testModules } = await vitest.start([]);
    const failures = testModules.flatMap((module) => module.errors());
    return [...unhandledErrors, ...failures].map(messageOf);
  } finally {
    close();
    await vitest.close();
  }
}

const silent: Reporter = {};

/**
 * Takes what suites and vitest print by themselves. Vitest waits for ever for the end of a worker's output when it cannot be written, so
 * this can always be written to, also when nobody reads along any more.
 */
function strayOutput(): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      process.stderr.write(chunk, () => done());
    },
  });
}

function signalListeners(): [NodeJS.Signals, NodeJS.SignalsListener][] {
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM"];
  return signals.flatMap((signal) =>
    process.listeners(signal).map((listener): [NodeJS.Signals, NodeJS.SignalsListener] => [signal, listener]),
  );
}

function messageOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
  return "an error without a message";
}
