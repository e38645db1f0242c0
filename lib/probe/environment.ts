import { attempt } from "./attempt.ts";
import type { ProbeOptions } from "./attempt.ts";
import type { EnvironmentProbe, Observation } from "./probe.ts";

/** Reads the variables of this process whose name starts with the prefix, in the order of their names. Never rejects. */
export function probeEnvironment(request: EnvironmentProbe, options: ProbeOptions = {}): Promise<Observation> {
  return attempt(request.timeoutMs, options, (running) => {
    const found = Object.entries(process.env).filter(([name]) => name.startsWith(request.prefix));
    running.seen.environment = Object.fromEntries(
      found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])).toSorted(byName),
    );
    running.finish("answered");
  });
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
