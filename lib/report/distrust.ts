import type { PathResult } from "./path-result.ts";

/**
 * Returns the path as it is, or as a worse verdict when its verdict is not borne out by what it carries itself.
 *
 * - passed without an attempt that was as expected, or whose last attempt was not: broken
 * - passed although it flapped: failed
 * - passed or failed although nothing was asked: broken
 * - broken or skipped without a reason: broken, with the missing reason as the reason
 *
 * It never makes a verdict better, and it never fails a path that was not asked.
 */
export function distrust(path: PathResult): PathResult {
  const { verdict, attempts } = path;
  if (verdict === "broken") return path.reason ? path : broken(path, "it is broken and no reason was given");
  if (verdict === "skipped") return path.reason ? path : broken(path, "it was skipped and no reason was given");
  if (attempts.total === 0 || path.outcome === "not-run")
    return broken(path, `it is called ${verdict}, but was never asked`);
  if (verdict === "failed") return path;
  if (attempts.asExpected === 0) return broken(path, "it is called passed, but no attempt was as expected");
  if (attempts.last?.asExpected === false)
    return broken(path, "it is called passed, but its last attempt was not as expected");
  return path.flap ? { ...path, verdict: "failed" } : path;
}

function broken(path: PathResult, contradiction: string): PathResult {
  return { ...path, verdict: "broken", reason: `the result contradicts itself: ${contradiction}` };
}
