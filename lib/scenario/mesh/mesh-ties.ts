import { type Mechanism, type MeshFacts, presentCilium } from "../../cluster/features/mesh.ts";
import { expectedBetween, type Settings } from "../settings.ts";
import type { ClusterView, Ties } from "../world.ts";

/** Contexts of the other clusters of the run, by what joins them. */
type Joined = Record<Mechanism, string[]>;

/** Tells how a cluster stands to the others; `clusters` gives the views of all of them, once they are made. */
export function tiesOf(
  { mesh, joined }: { mesh: MeshFacts; joined: Joined },
  { isFirst, clusters }: { isFirst: boolean; clusters: () => ClusterView[] },
): Ties {
  const cilium = presentCilium(mesh);
  return {
    isFirst,
    joinedBy: (mechanism) => clusters().filter(({ name }) => joined[mechanism].includes(name)),
    ...(cilium === undefined ? {} : { cilium }),
  };
}

/**
 * Gives the mechanisms that a cluster has and that say nothing, each with the reason: among the backends of its mesh-wide Services
 * would be those of a cluster that it is not meant to reach.
 */
export function withoutDenied(
  { context, joined, features }: { context: string; joined: Joined; features: Record<string, string | null> },
  settings: Settings,
): Record<string, string> {
  const mechanisms = Object.entries(joined) as [Mechanism, string[]][];
  return Object.fromEntries(
    mechanisms.flatMap(([mechanism, others]) => {
      const denied = others.find((other) => expectedBetween(settings, context, other) === "denied");
      if (denied === undefined || features[mechanism] !== null) return [];
      const reason = `the configuration expects that ${context} does not reach ${denied}, which its mesh-wide Services lead to`;
      return [[mechanism, reason]];
    }),
  );
}
