import type { PathResult } from "../../report/path-result.ts";
import { answererName, attemptCounts } from "./attempt-counts.ts";
import { type Attempt, held, type Trial } from "./converge.ts";
import { kubectl } from "../kubectl.ts";
import { longestGapMs } from "./longest-gap.ts";
import { meaningOf } from "./means.ts";
import { pathId, pathPair, pathTitle, type Path } from "../path.ts";
import { type Asker, type Place, placeName } from "../place.ts";
import type { PlannedSkip } from "./plan.ts";
import type { Question } from "../question.ts";
import { type Scenario, suiteOf } from "../scenario.ts";
import { rule } from "./verdict.ts";
import { wayOf } from "./way.ts";

/** A path that is asked hundreds of times tells no more of percentiles over many paths than this. */
const mostLatencies = 32;

/** Names the paths of one pair of clusters in one act: `a -> b`, or `a -> b, act`. */
export function groupName(pair: string, act: string): string {
  return act === "" ? pair : `${pair}, ${act}`;
}

/**
 * Turns the trials of one act and cluster pair into results; in the order of the trials. `byPath` holds the trials of the whole
 * scenario so far, for controls.
 */
export function pathResults(
  scenario: Scenario,
  act: string,
  trials: Trial[],
  byPath: ReadonlyMap<Path, Trial>,
): PathResult[] {
  const rulings = new Map(
    trials.map((trial) => [trial, rule(trial, trial.path.control && byPath.get(trial.path.control))]),
  );
  const means = meaningOf(trials);
  return trials.map((trial) => {
    const ruling = rulings.get(trial) ?? rule(trial, undefined);
    const { path } = trial;
    const control = path.control ? byPath.get(path.control) : siblingThatPassed(trial);
    const last = trial.attempts.at(-1);
    const lastUnexpected = trial.attempts.findLast(({ judgement }) => !judgement.kept);
    return {
      ...describePath(scenario, act, path),
      from: end(
        path.from,
        late(() => addressOf(path.from)),
      ),
      to: end(path.to, last && askedAddress(last)),
      ...(path.vantage === undefined ? {} : { vantage: path.vantage }),
      verdict: ruling.verdict,
      flap: ruling.flap,
      outcome: ruling.outcome,
      expected: late(() => path.expect.text) ?? "not known: what it is about does not run",
      saw: ruling.saw,
      ...(ruling.reason === undefined ? {} : { reason: ruling.reason }),
      ...(ruling.verdict === "passed" || !control ? {} : { control: controlText(control) }),
      ...(ruling.verdict === "failed" && means !== undefined ? { means } : {}),
      ...(ruling.verdict === "failed" ? { try: (scenario.look ?? lookAtNode)(path.to) } : {}),
      way: wayOf(path, act, last?.probe ?? late(path.probe)),
      attempts: {
        total: trial.attempts.length,
        asExpected: trial.attempts.filter(({ judgement }) => judgement.kept).length,
        ...attemptCounts(trial.attempts),
        ...(lastUnexpected ? { lastUnexpected: attemptResult(lastUnexpected) } : {}),
        ...(last ? { last: attemptResult(last) } : {}),
      },
      timings: timings(trial),
    };
  });

  function siblingThatPassed({ path }: Trial): Trial | undefined {
    const passed = trials.filter((other) => other.path !== path && rulings.get(other)?.verdict === "passed");
    return (
      passed.find((other) => other.path.from === path.from && other.path.variant === path.variant) ??
      passed.find((other) => other.path.to === path.to && other.path.variant === path.variant) ??
      passed.find((other) => other.path.from === path.from)
    );
  }
}

/** The result of a scenario in a cluster, or between two, that was not asked on purpose. */
export function skippedResult({ scenario, cluster, to, reason }: PlannedSkip): PathResult {
  const anyOf = (name: string): Place => ({ kind: "named", cluster: name, name: "any" });
  const clusters = to === undefined ? [cluster] : [cluster, to];
  return {
    id: [scenario.name, ...clusters.map(encodeURIComponent)].join("/"),
    scenario: scenario.name,
    suite: suiteOf(scenario.name),
    claim: scenario.claim,
    group: `${cluster} -> ${to ?? cluster}`,
    title: `${scenario.name} ${to === undefined ? `in ${cluster}` : `from ${cluster} to ${to}`}`,
    from: end(anyOf(cluster), undefined),
    to: end(anyOf(to ?? cluster), undefined),
    protocol: "none",
    verdict: "skipped",
    flap: false,
    outcome: "not-run",
    expected: scenario.claim,
    saw: "nothing: it was not asked",
    reason,
    attempts: { total: 0, asExpected: 0 },
    timings: { totalMs: 0 },
  };
}

/** As describePath, for a result about all paths of a group together. */
export function describeGroup(
  scenario: Scenario,
  act: string,
  pair: string,
  { variant, title, from, to }: { variant: string; title: string; from: string; to: string },
) {
  const anyOf = (cluster: string) => ({ cluster, name: "any" });
  const parts = [act, from, to].filter((part) => part !== "").map(encodeURIComponent);
  return {
    id: [scenario.name, ...parts, variant].join("/"),
    scenario: scenario.name,
    suite: suiteOf(scenario.name),
    claim: scenario.claim,
    group: groupName(pair, act),
    title,
    protocol: "none",
    from: anyOf(from),
    to: anyOf(to),
  };
}

/** The fields of a result that are known before anything is asked. */
export function describePath(scenario: Scenario, act: string, path: Path) {
  return {
    id: pathId(scenario.name, act, path),
    scenario: scenario.name,
    suite: suiteOf(scenario.name),
    claim: scenario.claim,
    group: groupName(pathPair(path), act),
    title: pathTitle(path),
    protocol: protocolOf(path),
  };
}

function addressOf(asker: Asker): string | undefined {
  return asker.kind === "pod" ? asker.address : undefined;
}

function protocolOf(path: Path): string {
  const probe = late(() => path.probe());
  if (!probe) return "none";
  const names: Record<Question["kind"], string> = {
    http: "tcp/http",
    tcp: "tcp",
    udp: "udp",
    dns: probe.kind === "dns" ? `${probe.transport}/dns` : "dns",
    environment: "none",
    "path-mtu": "udp",
    arrivals: "none",
    objects: "kubernetes",
  };
  return names[probe.kind];
}

function end(place: Place, address: string | undefined): PathResult["from"] {
  const node = "node" in place ? place.node : undefined;
  return {
    cluster: place.cluster,
    name: place.name,
    ...(node === undefined ? {} : { node }),
    ...(address === undefined ? {} : { address }),
  };
}

function askedAddress({ probe, observation }: Attempt): string | undefined {
  const port = probe.kind === "dns" ? (probe.port ?? 53) : "port" in probe ? probe.port : undefined;
  const asked = probe.kind === "dns" ? probe.server : "host" in probe ? probe.host : undefined;
  const host = observation.address ?? asked;
  if (host === undefined || port === undefined) return undefined;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function attemptResult({ observation, judgement }: Attempt): NonNullable<PathResult["attempts"]["last"]> {
  const { connectMs, lookupMs, firstByteMs, detail } = observation;
  const answeredBy = answererName(observation);
  return {
    outcome: observation.outcome,
    asExpected: judgement.kept,
    startedAtMs: observation.startedAt,
    durationMs: observation.durationMs,
    ...(connectMs === undefined ? {} : { connectMs }),
    ...(lookupMs === undefined ? {} : { lookupMs }),
    ...(firstByteMs === undefined ? {} : { firstByteMs }),
    ...(answeredBy === undefined ? {} : { answeredBy }),
    ...(detail === undefined ? {} : { detail }),
  };
}

function timings(trial: Trial): PathResult["timings"] {
  const inOrder = held(trial)
    .filter(({ judgement }) => judgement.kept)
    .map(({ observation }) => observation.durationMs);
  const latencies = inOrder.toSorted((left, right) => left - right);
  const median = latencies[Math.floor((latencies.length - 1) / 2)];
  const longest = latencies.at(-1);
  return {
    ...(trial.convergedMs === undefined ? {} : { convergedMs: rounded(trial.convergedMs), ...answeredIn(trial) }),
    totalMs: rounded(trial.endedMs - trial.startedMs),
    ...(median === undefined ? {} : { latencyP50Ms: rounded(median) }),
    ...(longest === undefined ? {} : { latencyMaxMs: rounded(longest) }),
    ...(inOrder.length === 0 ? {} : { latenciesMs: inOrder.slice(0, mostLatencies).map(rounded) }),
    ...(trial.path.during && trial.attempts.length > 1 ? { longestGapMs: rounded(longestGapMs(trial.attempts)) } : {}),
  };
}

/** By the asking agent's clock, so that the answers that make up the row do not count. */
function answeredIn({ attempts, convergedAt = 0 }: Trial): Pick<PathResult["timings"], "answeredMs"> {
  const failedAt = attempts.slice(0, convergedAt).findLastIndex(({ judgement }) => !judgement.kept);
  const [begin, first] = [attempts[0], attempts[failedAt + 1]];
  if (!begin || !first) return {};
  const { startedAt, durationMs } = first.observation;
  return { answeredMs: rounded(startedAt + durationMs - begin.observation.startedAt) };
}

function controlText(control: Trial): string {
  const { from, to } = control.path;
  const last = control.attempts.at(-1);
  const how = last
    ? `${last.observation.outcome} in ${Math.round(last.observation.durationMs)} ms`
    : (control.lost ?? "was not asked");
  return `${placeName(from)} -> ${placeName(to)} ${control.path.variant} ${how}`;
}

function lookAtNode(place: Place): string {
  const node = "node" in place ? place.node : undefined;
  const selector = node === undefined ? "" : ` --field-selector spec.nodeName=${node}`;
  return kubectl(place, `-n kube-system get pods -o wide${selector}`);
}

function late<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function rounded(durationMs: number): number {
  return Math.round(durationMs * 100) / 100;
}
