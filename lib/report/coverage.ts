import { missedAt, uncoveredInClass } from "./uncovered-in-class.ts";
import type { ClusterFacts, PathResult, Uncovered } from "./path-result.ts";

/** What must be looked at for a run to pass. */
export interface Coverage {
  /** Names of scenarios, and classes of paths: patterns of ids with `*`. */
  required: string[];
  /** Those of them that this run was told to leave out; of classes, those of which every scenario is. */
  leftOut: string[];
  /** Whether one context is meant not to reach another: what is skipped between them is not missed. */
  isDenied(from: string, to: string): boolean;
}

/**
 * Finds where required scenarios and classes of paths were not looked at: a skip, or a cluster that none of their paths begins or ends in. A path that
 * failed or broke was looked at, or is told as broken.
 *
 * In the order of `required`. Empty when all were looked at everywhere.
 */
export function uncoveredBy(
  paths: PathResult[],
  clusters: Pick<ClusterFacts, "context">[],
  { required, leftOut, isDenied }: Coverage,
): Uncovered[] {
  const byScenario = Map.groupBy(paths, ({ scenario }) => scenario);
  return required.flatMap((scenario): Uncovered[] => {
    if (leftOut.includes(scenario))
      return [{ scenario, reason: "the suites that were chosen leave it out of this run" }];
    if (scenario.includes("*")) return uncoveredInClass(scenario, paths, { clusters, isDenied });
    const own = byScenario.get(scenario) ?? [];
    if (own.length === 0) return [{ scenario, reason: "no path of it was planned" }];
    const isLooked = own.some(({ verdict }) => verdict !== "skipped");
    const missed = own.filter(
      ({ verdict, from, to }) => verdict === "skipped" && !(isLooked && isDenied(from.cluster, to.cluster)),
    );
    const untouched = clusters.filter(
      ({ context }) => !own.some(({ from, to }) => from.cluster === context || to.cluster === context),
    );
    return [
      ...missed.map((path) => missedAt(scenario, path)),
      ...untouched.map(({ context }) => ({
        scenario,
        where: context,
        reason: "no path of it begins or ends in this cluster",
      })),
    ];
  });
}
