import { formatDuration } from "../../base/duration.ts";
import { choosePairs } from "./choose-pairs.ts";
import { makePairJobs } from "./make-jobs.ts";
import { runJobs } from "./run-jobs.ts";
import type { PairRow, PairsReport } from "./sabotage-report.ts";
import type { Trying } from "./try-catalogue.ts";

/** Tries random pairs of faults, both in place at once. Good is when the causes of most are named. Rejects when a lab cannot be started. */
export async function tryPairs(
  trying: Trying,
  { count, seed }: { count: number; seed: number },
): Promise<{ report: PairsReport; text: string; good: boolean }> {
  const { faults, write } = trying;
  const startedAt = new Date();
  const pairs = choosePairs(faults, count, seed);
  const rows = new Map<string, PairRow>();
  const labs = await runJobs(makePairJobs(pairs), {
    ...trying,
    onAnswer({ order, crew: { topology } }, answer) {
      if (!("pair" in order)) return;
      const problem = "failed" in answer ? answer.failed : "no answer";
      const row: PairRow =
        "pair" in answer
          ? answer.pair
          : {
              ids: order.pair,
              topology,
              failed: 0,
              causes: [],
              ranks: [null, null],
              both: false,
              undone: false,
              problem,
              totalMs: 0,
            };
      rows.set(order.pair.join(), row);
      write(`${rows.size}/${pairs.length}  ${pairText(row)}\n`);
    },
  });
  const ordered = pairs.flatMap(([one, other]) => rows.get([one.id, other.id].join()) ?? []);
  const namedBy = (wanted: number) =>
    ordered.filter(({ ranks }) => ranks.filter((rank) => rank !== null).length === wanted).length;
  const summary = {
    pairs: ordered.length,
    both: namedBy(2),
    one: namedBy(1),
    none: namedBy(0),
    undone: ordered.filter(({ undone }) => undone).length,
  };
  const durationMs = Date.now() - startedAt.getTime();
  const share = Math.round((100 * summary.both) / Math.max(1, summary.pairs));
  return {
    report: {
      version: 1,
      run: { startedAt: startedAt.toISOString(), durationMs, labs, seed },
      summary,
      pairs: ordered,
    },
    good: summary.both >= summary.pairs * wantedShare && summary.undone === summary.pairs,
    text: `\nboth causes named for ${summary.both} of ${summary.pairs} pairs (${share} %), one for ${summary.one}, none for ${summary.none}; ${formatDuration(durationMs)}, seed ${seed}\n`,
  };
}

/** Two faults at once can hide each other; of so many pairs both causes must be found. */
const wantedShare = 0.8;

function pairText({ ids, ranks, causes, problem, totalMs, undone }: PairRow): string {
  const named = ids.map((id, index) => `${id} ${ranks[index] ?? "-"}`).join(" + ");
  const others = ranks.includes(null) ? `  named: ${causes.map(({ id }) => id).join(", ") || "nothing"}` : "";
  return `${named}  ${formatDuration(totalMs)}${problem === undefined ? others : `  ${problem}`}${undone ? "" : "  NOT UNDONE"}`;
}
