import { compare } from "./compare/compare.ts";
import type { ComparedRun } from "./compare/compared-run.ts";
import { worseThan } from "./compare/worse-than.ts";
import { uncoveredBy } from "./coverage.ts";
import { distrust } from "./distrust.ts";
import type { Gates } from "./gates.ts";
import { knownIssues } from "./known-issues.ts";
import {
  type ClusterFacts,
  type Comparison,
  type Counts,
  type Diagnosis,
  type Evidence,
  type GroupFacts,
  type PathResult,
  type Results,
  resultsVersion,
  type ScenarioFacts,
  type Span,
  type Trouble,
} from "./path-result.ts";
import type { GroupSummary, PathHead, Traffic } from "./reporter.ts";
import { exitCodeOf, judgeRun, type RunEnd } from "./verdict.ts";

/** What is known of a run when it starts. */
export interface RunHead {
  run: Pick<Results["run"], "id" | "command" | "lab" | "namespace">;
  versions: Results["versions"];
  /** Those of the suites that were chosen. */
  scenarios: ScenarioFacts[];
}

/** The results of one run as they grow. Nothing here writes, prints or throws. */
export interface Collector {
  clustersKnown(clusters: ClusterFacts[]): void;
  plan(paths: PathHead[]): void;
  /** Takes a result in; returns it as it was kept, and a trouble when there was one with this id already. */
  add(path: PathResult): { path: PathResult; trouble?: Trouble };
  trouble(trouble: Trouble): void;
  diagnosis(diagnosis: Diagnosis): void;
  evidence(evidence: Evidence[]): void;
  /** Begins a step of the run; the function that comes back ends it. One that was not ended lasts until now. */
  step(name: string): () => void;
  /** Sums up the paths of a group that has finished just now. */
  summarize(group: Pick<GroupSummary, "scenario" | "group" | "durationMs">): GroupSummary;
  /** Planned paths without a result, as broken results with this reason. Adds none of them. */
  missing(reason: string): PathResult[];
  end(end: RunEnd): void;
  /** The results so far. `paths` is the growing array itself. */
  results(): Results;
}

/**
 * Gathers the results of a run. Every path that is added is in the results, whatever its verdict and however often its id came.
 *
 * `now` gives milliseconds since the epoch and never runs backwards. `gates` say what the run is judged by besides its paths.
 */
export function collect(
  head: RunHead,
  now: () => number,
  { coverage, baseline, known: entries }: Gates = {},
): Collector {
  const startedAtMs = now();
  const issues = entries && knownIssues(entries, startedAtMs);
  const planned = new Map<string, PathHead>();
  const finished = new Set<string>();
  const paths: PathResult[] = [];
  const troubles: Trouble[] = [];
  const summary = noCounts();
  const groups = new Map<string, { suite: string; counts: Counts; traffic?: Traffic }>();
  const timed: GroupFacts[] = [];
  const steps: { name: string; startMs: number; endMs?: number }[] = [];
  let clusters: ClusterFacts[] = [];
  let diagnosis: Diagnosis | undefined;
  let comparison: Comparison | undefined;
  let evidence: Evidence[] | undefined;
  let end: RunEnd = "running";
  let endedAtMs: number | undefined;

  return {
    clustersKnown(known) {
      clusters = known;
    },
    plan(heads) {
      for (const path of heads) planned.set(path.id, path);
    },
    add(given) {
      const trusted = distrust(given);
      const cover = issues?.coverOf(trusted);
      const path = cover ? { ...trusted, known: cover } : trusted;
      paths.push(path);
      count(path, summary);
      const group = groupOf(path);
      count(path, group.counts);
      if (path.timings.longestGapMs !== undefined) group.traffic = withTraffic(group.traffic, path);
      if (!finished.has(path.id)) {
        finished.add(path.id);
        return { path };
      }
      const trouble = {
        object: path.id,
        message: "Two results carry the same id, so that runs cannot be compared.",
        cure: "Give the two paths of the scenario different names.",
      };
      troubles.push(trouble);
      return { path, trouble };
    },
    trouble(trouble) {
      troubles.push(trouble);
    },
    diagnosis(made) {
      diagnosis = made;
    },
    evidence(gathered) {
      evidence = gathered;
    },
    step(name) {
      const begun: (typeof steps)[number] = { name, startMs: now() - startedAtMs };
      steps.push(begun);
      return () => void (begun.endMs ??= now() - startedAtMs);
    },
    summarize({ scenario, group, durationMs }) {
      timed.push({ scenario, group, startMs: Math.max(0, now() - startedAtMs - durationMs), durationMs });
      const known = groups.get(groupKey({ scenario, group })) ?? { suite: "", counts: noCounts() };
      return { ...known, scenario, group, counts: { ...known.counts }, durationMs };
    },
    missing: (reason) =>
      [...planned.values()].filter(({ id }) => !finished.has(id)).map((path) => neverAsked(path, reason)),
    end(how) {
      end = how;
      endedAtMs = now();
      // No path comes after the end, and comparing all of them is not for every time that somebody asks.
      if (baseline && how === "completed") comparison = compare(baseline.results, comparedRun(), baseline);
    },
    results() {
      const uncovered = coverage && end === "completed" ? uncoveredBy(paths, clusters, coverage) : undefined;
      const worse = worseThan(comparison);
      const verdict = judgeRun(summary, troubles.length, end, {
        uncovered: (uncovered?.length ?? 0) + worse.uncovered.length,
        worse: worse.changes.length + worse.slower.length,
      });
      return {
        version: resultsVersion,
        verdict,
        run: {
          ...runFacts(),
          ...(endedAtMs === undefined
            ? {}
            : { finishedAt: new Date(endedAtMs).toISOString(), exitCode: exitCodeOf(verdict) }),
        },
        versions: head.versions,
        clusters,
        scenarios: head.scenarios,
        spans: steps.map((begun) => spanOf(begun, (endedAtMs ?? now()) - startedAtMs)),
        groups: timed,
        summary: { ...summary, broken: summary.broken + troubles.length },
        troubles,
        ...(uncovered ? { uncovered } : {}),
        ...(diagnosis ? { diagnosis } : {}),
        ...(evidence ? { evidence } : {}),
        ...(issues ? { knownIssues: issues.statesOf(paths) } : {}),
        ...(comparison ? { comparison } : {}),
        paths,
      };
    },
  };

  function runFacts() {
    return {
      ...head.run,
      startedAt: new Date(startedAtMs).toISOString(),
      durationMs: (endedAtMs ?? now()) - startedAtMs,
    };
  }

  function comparedRun(): ComparedRun {
    const { versions, scenarios } = head;
    return { run: runFacts(), versions, clusters, scenarios, summary, paths };
  }

  function groupOf(path: PathResult): { suite: string; counts: Counts; traffic?: Traffic } {
    const key = groupKey(path);
    const group = groups.get(key) ?? { suite: path.suite, counts: noCounts() };
    groups.set(key, group);
    return group;
  }
}

/** Makes a key for a map out of what tells one group of paths from another. */
export function groupKey({ scenario, group }: { scenario: string; group: string }): string {
  return JSON.stringify([scenario, group]);
}

function spanOf({ name, startMs, endMs }: { name: string; startMs: number; endMs?: number }, nowMs: number): Span {
  return { name, startMs, durationMs: (endMs ?? nowMs) - startMs };
}

function withTraffic(before: Traffic | undefined, { attempts, timings }: PathResult): Traffic {
  return {
    requests: (before?.requests ?? 0) + attempts.total,
    failed: (before?.failed ?? 0) + attempts.total - attempts.asExpected,
    longestGapMs: Math.max(before?.longestGapMs ?? 0, timings.longestGapMs ?? 0),
  };
}

function count({ verdict, known }: PathResult, counts: Counts): void {
  if (known) counts.known = (counts.known ?? 0) + 1;
  else counts[verdict] += 1;
}

function noCounts(): Counts {
  return { passed: 0, failed: 0, broken: 0, skipped: 0 };
}

function neverAsked(head: PathHead, reason: string): PathResult {
  const { id, scenario, suite, claim, group, title, from, to, protocol, expected } = head;
  return {
    id,
    scenario,
    suite,
    claim,
    group,
    title,
    from,
    to,
    protocol,
    verdict: "broken",
    flap: false,
    outcome: "not-run",
    expected: expected ?? "not known before it is asked",
    saw: "nothing: it was not asked",
    reason,
    attempts: { total: 0, asExpected: 0 },
    timings: { totalMs: 0 },
  };
}
