import { setTimeout as sleep } from "node:timers/promises";

/**
 * Reads until what is read is as it should be, and returns it.
 *
 * Throws, after `timeoutMs`, an error that shows the last thing read.
 */
export async function settle<T>(
  what: string,
  read: () => Promise<T>,
  isSettled: (value: T) => boolean,
  timeoutMs = 45_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isSettled(value)) return value;
    if (performance.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms for ${what}; last seen: ${excerpt(value)}`);
    }
    await sleep(100);
  }
}

/** Leaves out what would drown the rest. */
function excerpt(value: unknown): string {
  const hidden = new Set(["headers", "text", "managedFields"]);
  return JSON.stringify(value, (key, part: unknown) => (hidden.has(key) ? undefined : part)).slice(0, 3000);
}
