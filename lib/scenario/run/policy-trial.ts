import { setTimeout as delay } from "node:timers/promises";
import type { Ask } from "./converge.ts";
import type { Hands } from "../hands.ts";
import type { Pod } from "../place.ts";
import { http } from "../probes.ts";
import type { Question, Sighting } from "../question.ts";
import type { ClusterView } from "../world.ts";

/** What the trial deploys: agents that are asked, and a policy that lets nobody ask them. */
export const trialPods = { manifest: "guarded.yaml", name: "guarded" };
const policy = "policy-ingress-deny.yaml";

/** An engine that is built into something else may look for policies every few seconds only. */
const defaultPatienceMs = 10_000;
const pauseMs = 250;
/** Silence that is seen so often between two pods is no lost packet. */
const inARow = 2;
const probeTimeoutMs = 1_000;

/**
 * Finds out whether anything enforces policies in a cluster where nobody is known to: isolates the guarded pods and looks whether one of
 * them falls silent. Returns null when one does, and when that cannot be tried; else why policies are a missing feature. Never rejects.
 */
export async function tryPolicies(
  cluster: ClusterView,
  options: { hands: Hands; ask: Ask; signal: AbortSignal; patienceMs?: number },
): Promise<string | null> {
  const { hands, ask, signal, patienceMs = defaultPatienceMs } = options;
  const pairs = cluster.clients.flatMap((from) => cluster.workloads(trialPods.name).map((to) => ({ from, to })));
  const before = await askPairs(pairs, ask);
  const answering = pairs.filter((_, index) => before[index]?.outcome === "answered");
  if (answering.length === 0) return null;
  try {
    await hands.apply(cluster, policy);
    const enforced = await fallsSilent(answering, { ask, signal, patienceMs });
    await hands.remove(cluster, policy);
    if (enforced || signal.aborted) return null;
  } catch {
    // Whoever may not make policies hears of it when the first scenario makes one.
    return null;
  }
  return `nothing enforces NetworkPolicies: no engine that is known runs, and an isolated pod of every node went on answering for ${patienceMs / 1000} s`;
}

interface Pair {
  from: Pod;
  to: Pod;
}

async function fallsSilent(
  pairs: Pair[],
  { ask, signal, patienceMs }: { ask: Ask; signal: AbortSignal; patienceMs: number },
): Promise<boolean> {
  const silences = pairs.map(() => 0);
  const deadline = performance.now() + patienceMs;
  while (!signal.aborted && performance.now() < deadline) {
    for (const [index, sighting] of (await askPairs(pairs, ask)).entries())
      silences[index] = isSilence(sighting) ? (silences[index] ?? 0) + 1 : 0;
    if (silences.some((count) => count >= inARow)) return true;
    if (silences.every((count) => count === 0)) await delay(pauseMs);
  }
  return false;
}

async function askPairs(pairs: Pair[], ask: Ask): Promise<(Sighting | undefined)[]> {
  return Promise.all(
    pairs.map(async ({ from, to }) => {
      const question = late(() => http(to.address, { timeoutMs: probeTimeoutMs }));
      return question === undefined ? undefined : (await ask(from, [question]))[0];
    }),
  );
}

/** A pod that does not run has no address. */
function late(read: () => Question): Question | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function isSilence(sighting: Sighting | undefined): boolean {
  return sighting !== undefined && sighting.outcome !== "answered" && sighting.outcome !== "not-run";
}
