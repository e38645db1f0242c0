import { collect, type RunHead } from "./collect.ts";
import type { Gates } from "./gates.ts";
import type { ClusterFacts, Diagnosis, Evidence, PathResult, Results, Trouble } from "./path-result.ts";
import type { GroupSummary, PathHead, Reporter } from "./reporter.ts";
import type { RunEnd } from "./verdict.ts";

/** The one way into the reports. What comes in after `finish` was called is ignored. No method throws or rejects. */
export interface Report {
  clustersKnown(clusters: ClusterFacts[]): void;
  /** Names the paths that are going to be asked. Those without a result at the end become broken ones. */
  pathsPlanned(paths: PathHead[]): void;
  pathFinished(path: PathResult): void;
  /** Says that no further path of this group comes. The counts are made here. */
  groupFinished(group: Pick<GroupSummary, "scenario" | "group" | "durationMs">): void;
  troubleFound(trouble: Trouble): void;
  /** Takes in what explains the failures; a later one replaces it. */
  diagnosed(diagnosis: Diagnosis): void;
  /** Takes in what was gathered about findings; a later one replaces it. */
  evidenceGathered(evidence: Evidence[]): void;
  /** Begins a step of the run, such as `deploy`; the function that comes back ends it. */
  step(name: string): () => void;
  /** The results so far. */
  current(): Results;
  /**
   * Ends the run and lets every reporter write its last. `reason` says why paths without a result were not asked, such as
   * `the time limit of 10 min was reached`. A second call changes nothing and returns the same results.
   */
  finish(end: Exclude<RunEnd, "running">, reason?: string): Promise<Results>;
}

/**
 * Starts the reports of a run: gathers results and hands each of them on to all reporters, in the order given.
 *
 * `redact` takes secrets out of a text. It is applied here to everything that comes in, so that no reporter can forget it.
 * The gates say what the run is judged by besides its paths. `now` gives milliseconds since the epoch and never runs backwards.
 */
export function startReport(
  options: Gates & {
    head: RunHead;
    reporters: Reporter[];
    redact: (text: string) => string;
    now?: () => number;
  },
): Report {
  const { redact, now = monotonicNow } = options;
  const clean = <T>(value: T) => redactStrings(value, redact);
  const { coverage, baseline, known } = options;
  const collector = collect(clean(options.head), now, clean({ coverage, baseline, known }));
  const failing = new Set<Reporter>();
  let finishing: Promise<Results> | undefined;

  tellAll((reporter) => reporter.runStarted?.(() => collector.results()));
  return {
    clustersKnown: whileRunning((clusters: ClusterFacts[]) => collector.clustersKnown(clean(clusters))),
    pathsPlanned: whileRunning((given: PathHead[]) => {
      const paths = clean(given);
      collector.plan(paths);
      tellAll((reporter) => reporter.pathsPlanned?.(paths));
    }),
    pathFinished: whileRunning((path: PathResult) => addPath(clean(path))),
    groupFinished: whileRunning((group: Pick<GroupSummary, "scenario" | "group" | "durationMs">) => {
      const summary = collector.summarize(clean(group));
      tellAll((reporter) => reporter.groupFinished?.(summary));
    }),
    troubleFound: whileRunning((trouble: Trouble) => addTrouble(clean(trouble))),
    diagnosed: whileRunning((diagnosis: Diagnosis) => collector.diagnosis(clean(diagnosis))),
    evidenceGathered: whileRunning((evidence: Evidence[]) => collector.evidence(clean(evidence))),
    step: (name) => collector.step(clean(name)),
    current: () => collector.results(),
    finish: (end, reason) => (finishing ??= finish(end, clean(reason ?? `the run was ${end}`))),
  };

  function addPath(given: PathResult): void {
    const { path, trouble } = collector.add(given);
    tellAll((reporter) => reporter.pathFinished?.(path));
    if (trouble) tellAll((reporter) => reporter.troubleFound?.(trouble));
  }

  function addTrouble(trouble: Trouble): void {
    collector.trouble(trouble);
    tellAll((reporter) => reporter.troubleFound?.(trouble));
  }

  async function finish(end: RunEnd, reason: string): Promise<Results> {
    for (const path of collector.missing(reason)) addPath(path);
    collector.end(end);
    for (const reporter of options.reporters) {
      try {
        await reporter.runFinished?.(collector.results());
      } catch (error) {
        tellFailure(reporter, error);
      }
    }
    return collector.results();
  }

  function tellAll(tell: (reporter: Reporter) => void): void {
    for (const reporter of options.reporters) {
      try {
        tell(reporter);
      } catch (error) {
        tellFailure(reporter, error);
      }
    }
  }

  function tellFailure(reporter: Reporter, error: unknown): void {
    if (failing.has(reporter)) return;
    failing.add(reporter);
    addTrouble({
      message: clean(
        `${reporter.name} cannot be written: ${error instanceof Error ? error.message : "unknown error"}.`,
      ),
      cure: "Make the reports directory writable and see that there is room on its disk.",
    });
  }

  function whileRunning<T>(listener: (value: T) => void): (value: T) => void {
    return (value) => {
      if (finishing === undefined) listener(value);
    };
  }
}

/** Applies `redact` to every string inside a plain value, however deep; keys stay. */
function redactStrings<T>(value: T, redact: (text: string) => string): T {
  return walk(value) as T;

  function walk(part: unknown): unknown {
    if (typeof part === "string") return redact(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, field]) => [key, walk(field)]));
  }
}

function monotonicNow(): number {
  return Math.round(performance.timeOrigin + performance.now());
}
