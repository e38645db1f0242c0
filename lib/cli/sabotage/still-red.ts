import type { PathResult } from "../../report/path-result.ts";
import type { LabSession } from "./lab-session.ts";
import { forgiving } from "./paces.ts";

/** What a comparison of two families is called, which is no path of its own. */
const comparison = "/families-agree";

/** Asks once more what was red, or could not be looked at. Returns the ids of what is not green now. Never rejects. */
export async function stillRed(session: Pick<LabSession, "askAgain">, paths: PathResult[]): Promise<string[]> {
  const red = paths.filter(({ verdict }) => verdict === "failed" || verdict === "broken").map(({ id }) => id);
  if (red.length === 0) return [];
  const again = await session.askAgain(red, forgiving);
  const green = new Set(again.paths.filter(({ verdict }) => verdict === "passed").map(({ id }) => id));
  const others = again.paths.filter(({ verdict }) => verdict === "failed" || verdict === "broken");
  return [
    ...new Set([...red.filter((id) => !green.has(id) && !id.endsWith(comparison)), ...others.map(({ id }) => id)]),
  ];
}
