import { shellQuote } from "../base/shell-quote.ts";
import type { Place } from "./place.ts";

/** Writes the kubectl command that looks at `place`'s cluster; the context is quoted for a shell where it must be. */
export function kubectl({ cluster }: Pick<Place, "cluster">, rest: string): string {
  return `kubectl --context ${shellQuote(cluster)} ${rest}`;
}
