import type { Parameter } from "allure-js-commons";
import { formatDuration } from "../../base/duration.ts";
import { printable } from "../../base/printable.ts";
import type { Explained } from "../explained.ts";
import { describeEndpoint, renderFinding } from "../finding.ts";
import type { PathResult } from "../path-result.ts";
import type { AllureStep } from "./allure-test.ts";
import { pageLayout } from "./page-layout.ts";
import { worstFirst } from "./worst-first.ts";

type Attempt = NonNullable<PathResult["attempts"]["last"]>;

/**
 * Makes a step of each path that failed or broke, findings first, at most `limit`: its message is the finding as the console prints it, and the
 * control and the attempts are the steps in it.
 */
export function pathSteps(paths: PathResult[], explained: (id: string) => Explained, limit: number): AllureStep[] {
  const wrong = worstFirst(paths).filter(({ verdict }) => verdict === "failed" || verdict === "broken");
  const more = wrong.slice(limit);
  const status = more.some(({ verdict }) => verdict === "failed") ? "failed" : "broken";
  const rest = more.length === 1 ? "1 more path" : `${more.length} more paths`;
  return [
    ...wrong.slice(0, limit).map((path) => pathStep(path, explained(path.id))),
    ...(more.length === 0 ? [] : [leaf(`and ${rest}: see results.json`, status)]),
  ];
}

function pathStep(path: PathResult, explained: Explained): AllureStep {
  const { verdict, control, known, timings, from, to, protocol } = path;
  const status = verdict === "broken" ? "broken" : "failed";
  return {
    name: printable(path.id),
    status,
    message: renderFinding(path, pageLayout, explained).join("\n"),
    durationMs: timings.totalMs,
    parameters: given({
      from: describeEndpoint(from),
      to: describeEndpoint(to),
      protocol,
      "known issue": known && `${known.id}, until ${known.expires}: ${known.reason}`,
    }),
    steps: [
      // A denial whose control did not answer is broken, so the control of a failed path did.
      ...(control === undefined ? [] : [leaf(`control: ${control}`, verdict === "failed" ? "passed" : "broken")]),
      attemptsStep(path, status),
    ],
  };
}

function attemptsStep({ attempts, timings }: PathResult, status: "failed" | "broken"): AllureStep {
  const { total, asExpected, outcomes = {}, answeredBy = {}, lastUnexpected, last } = attempts;
  if (total === 0) return leaf("not asked", status);
  const ended = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  const lastIsOther = last && last.startedAtMs !== lastUnexpected?.startedAtMs;
  return {
    name: `${total} ${total === 1 ? "attempt" : "attempts"}, ${asExpected} as expected`,
    status,
    durationMs: timings.totalMs,
    parameters: given({
      outcomes: ended.join(", "),
      "answered by": Object.entries(answeredBy)
        .map(([who, count]) => `${who}: ${count}`)
        .join(", "),
    }),
    steps: [
      ...(lastUnexpected ? [attemptStep("the last one that was not as expected", lastUnexpected, status)] : []),
      ...(lastIsOther ? [attemptStep("the last one", last, last.asExpected ? "passed" : status)] : []),
    ],
  };
}

function attemptStep(which: string, attempt: Attempt, status: AllureStep["status"]): AllureStep {
  const { outcome, durationMs, connectMs, lookupMs, firstByteMs } = attempt;
  const time = (ms: number | undefined) => (ms === undefined ? undefined : formatDuration(ms));
  return {
    name: `${which}: ${outcome} after ${formatDuration(durationMs)}`,
    status,
    durationMs,
    parameters: given({
      detail: attempt.detail,
      "answered by": attempt.answeredBy,
      "asked at": new Date(attempt.startedAtMs).toISOString(),
      "look-up": time(lookupMs),
      connect: time(connectMs),
      "first byte": time(firstByteMs),
    }),
    steps: [],
  };
}

function leaf(name: string, status: AllureStep["status"]): AllureStep {
  return { name: printable(name), status, durationMs: 0, parameters: [], steps: [] };
}

function given(fields: Record<string, string | undefined>): Parameter[] {
  return Object.entries(fields).flatMap(([name, value]) => (value ? [{ name, value: printable(value) }] : []));
}
