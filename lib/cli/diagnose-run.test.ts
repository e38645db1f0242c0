import { expect, test } from "vitest";
import type { Way } from "../report/path-result.ts";
import { samplePath, startSample } from "../report/sample-run.ts";
import type { Inquiry } from "../scenario/run/inquiry.ts";
import { diagnoseRun } from "./diagnose-run.ts";

const way: Way = { rung: "cluster-address", denial: false, backends: [], eachBackend: false };

function inquiry(asked: string[][], how: Partial<Inquiry> = {}): Inquiry {
  return {
    endpointFacts: (services) => {
      asked.push([...services]);
      return Promise.resolve([]);
    },
    confirm: () => Promise.resolve([]),
    ...how,
  };
}

function failingRun() {
  const report = startSample([]);
  for (const [id, service] of [
    ["one", "run/echo"],
    ["two", "run/echo"],
    ["three", "other/echo"],
  ] as const)
    report.pathFinished({ ...samplePath({ id, verdict: "failed" }), way: { ...way, service } });
  report.pathFinished({ ...samplePath({ id: "four", verdict: "passed" }), way: { ...way, service: "run/fine" } });
  return report;
}

test("what failed is diagnosed, with what is known of the Services that were asked", async () => {
  const [report, asked] = [failingRun(), [] as string[][]];
  await diagnoseRun(report, { inquiry: inquiry(asked), signal: new AbortController().signal, write: () => undefined });
  expect(asked).toEqual([["run/echo", "other/echo"]]);
  const { diagnosis } = await report.finish("completed");
  expect(diagnosis?.unexplained.length ?? 0).toBeLessThanOrEqual(3);
  expect(diagnosis).toBeDefined();
});

test("nothing is asked when nothing failed, or the run was stopped", async () => {
  const asked: string[][] = [];
  const report = startSample([]);
  report.pathFinished(samplePath({ id: "one", verdict: "passed" }));
  const options = { inquiry: inquiry(asked), write: () => undefined };
  await diagnoseRun(report, { ...options, signal: new AbortController().signal });
  await diagnoseRun(failingRun(), { ...options, signal: AbortSignal.abort() });
  expect(asked).toEqual([]);
  expect((await report.finish("completed")).diagnosis).toBeUndefined();
});

test("what fails on the way is noted and changes neither verdict nor exit code", async () => {
  const notes: string[] = [];
  const report = failingRun();
  await diagnoseRun(report, {
    inquiry: inquiry([], { endpointFacts: () => Promise.reject(new Error("no facts")) }),
    signal: new AbortController().signal,
    write: (text) => void notes.push(text),
  });
  expect(notes).toEqual(["\nno diagnosis could be made: no facts\n"]);
  const undisturbed = await failingRun().finish("completed");
  const results = await report.finish("completed");
  expect(results.verdict).toBe(undisturbed.verdict);
  expect(results.run.exitCode).toBe(undisturbed.run.exitCode);
  expect(results.troubles).toEqual([]);
});

test("facts that do not come in time are done without", async () => {
  const report = failingRun();
  const never = new Promise<never>(() => undefined);
  await diagnoseRun(report, {
    inquiry: inquiry([], { endpointFacts: () => never, confirm: () => never }),
    signal: new AbortController().signal,
    write: () => undefined,
    limitMs: 1,
  });
  expect((await report.finish("completed")).diagnosis).toBeDefined();
});
