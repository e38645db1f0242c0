import { Diagnostic } from "./diagnostic.ts";

/** What `parseDuration` reads. */
export const durationPattern = /^(\d+(\.\d+)?(ms|s|min|m|h))+$/;

const unitsMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/**
 * Writes a time span for people: `850 ms`, `1.2 s`, `2 min 5 s`, `1 h 3 min`.
 *
 * `durationMs` is in milliseconds and may be a fraction; below 10 ms one decimal is kept. Negative and non-finite spans, which
 * only a broken clock makes, come back as `unknown time`.
 */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs) || durationMs < 0) return "unknown time";
  if (durationMs < 10) return `${Number(durationMs.toFixed(1))} ms`;
  if (Math.round(durationMs) < 1000) return `${Math.round(durationMs)} ms`;
  if (Math.round(durationMs / 100) < 600) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * Reads a time span as options give it, such as `500ms`, `30s`, `5m`, `1h` or `1m30s`, and returns milliseconds.
 *
 * A bare number has no unit and is rejected, as is anything else, with a `configuration` diagnostic that names `option`.
 */
export function parseDuration(text: string, option: string): number {
  if (!durationPattern.test(text))
    throw new Diagnostic(
      "configuration",
      `${option} is "${text}", which is not a duration.`,
      "Write a number with a unit, such as 500ms, 30s, 5m or 1m30s.",
    );
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|min|m|h)/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitsMs[String(unit)] ?? Number.NaN), 0);
}

/**
 * Writes a time span as options take it, such as `30s` or `1m30s`; `parseDuration` reads the same span again. `durationMs` is in
 * milliseconds, not negative.
 */
export function durationText(durationMs: number): string {
  const units: [string, number][] = [
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ];
  let rest = durationMs;
  let text = "";
  for (const [unit, unitMs] of units) {
    const amount = Math.floor(rest / unitMs);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * unitMs;
  }
  return rest > 0 || text === "" ? `${text}${rest}ms` : text;
}
