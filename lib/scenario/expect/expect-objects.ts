import type { KubeObject } from "../../cluster/cluster.ts";
import { broken, defaultSamples, type Expectation, kept, sawText } from "./expect.ts";

/**
 * Promises something about objects that an API server knows. `wrong` tells in words what is wrong with them; undefined when
 * nothing is. Throws, which is "could not look", where the API server has not told. Events about a single object follow what was wrong with it. `shown` tells what is worth telling when nothing is wrong.
 */
export function holds(
  text: string,
  wrong: (objects: KubeObject[]) => string | undefined,
  shown?: (objects: KubeObject[]) => string,
): Expectation {
  return {
    text,
    denial: false,
    samples: defaultSamples,
    judge(sighting) {
      if (sighting.outcome !== "answered" || !sighting.objects)
        throw new Error(`the API server did not tell: ${sawText(sighting)}`);
      const saw = wrong(sighting.objects);
      if (saw === undefined) return shown ? { kept: true, saw: shown(sighting.objects) } : kept;
      const events = sighting.events ?? [];
      return broken(events.length === 0 ? saw : `${saw}; events: ${events.join("; ")}`);
    },
  };
}
