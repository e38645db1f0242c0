import type { PathResult } from "./path-result.ts";

/** Gives the latencies of a path that percentiles over many paths are made of, in milliseconds: its median alone where results have no more. */
export function latencies({ latenciesMs, latencyP50Ms }: PathResult["timings"]): number[] {
  return latenciesMs ?? (latencyP50Ms === undefined ? [] : [latencyP50Ms]);
}
