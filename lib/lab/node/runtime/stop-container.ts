import { setTimeout as delay } from "node:timers/promises";
import type { RunningContainer } from "./container.ts";

/** What a container still gets after a hook has used up its grace period. */
const leastAfterHookMs = 2000;

/**
 * Ends a container: its hook, then SIGTERM, then SIGKILL when `graceMs` is over. Resolves when it has ended; a container that
 * ends by itself meanwhile, or is killed, shortens the wait. Never rejects.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export async function stopContainer(
  { exited, kill }: RunningContainer,
  graceMs: number,
  hook?: () => Promise<unknown>,
): Promise<void> {
  const deadlineMs = Date.now() + graceMs;
  if (hook && graceMs > 0) await within(graceMs, [exited, hook()]);
  kill("SIGTERM");
  const leftMs = deadlineMs - Date.now();
  if (graceMs > 0) await within(Math.max(leftMs, hook ? leastAfterHookMs : 0), [exited]);
  kill("SIGKILL");
  await exited;
}

async function within(limitMs: number, promises: Promise<unknown>[]): Promise<void> {
  const abort = new AbortController();
  const limit = delay(limitMs, undefined, { signal: abort.signal }).catch(() => undefined);
  await Promise.race([limit, ...promises.map((promise) => promise.catch(() => undefined))]);
  abort.abort();
}
