import { expect, test } from "vitest";
import { runSample, samplePath, startSample } from "../../report/sample-run.ts";
import { sampleDiagnosis } from "../../report/test-diagnosis.ts";
import { findingGroups } from "./finding-groups.ts";

test("findings are grouped by cause, else by scenario and clusters, and troubles by cluster", async () => {
  const [first] = sampleDiagnosis.causes;
  const results = await runSample([], { ...sampleDiagnosis, causes: [first!] });
  expect(findingGroups(results).map(({ about, paths, troubles }) => [about, paths.length, troubles.length])).toEqual([
    [`cause 1: ${first?.text}`, 2, 0],
    ["services/nodeport, kind-region-hurup -> kind-region-hurup: paths that broke their claims", 1, 0],
    ["services/nodeport, kind-region-hurup -> kind-region-hurup: paths that could not be looked at", 1, 0],
    ["troubles in kind-region-hurup", 0, 1],
  ]);
});

test("a path that two causes explain is in the group of the likelier one", async () => {
  const [first, second] = sampleDiagnosis.causes;
  const causes = [first!, { ...second!, explains: [...second!.explains, ...first!.explains] }];
  const groups = findingGroups(await runSample([], { ...sampleDiagnosis, causes }));
  expect(groups.slice(0, 2).map(({ paths }) => paths.map(({ id }) => id))).toEqual([
    ["pods/pod-to-pod/b/http", "pods/pod-to-pod/c/http"],
    ["services/nodeport/worker-2/forwards"],
  ]);
});

test("a run that passed, was skipped or failed as known has no group", async () => {
  const report = startSample([]);
  report.pathFinished(samplePath({ id: "a" }));
  report.pathFinished(samplePath({ id: "b", verdict: "skipped", reason: "no DNS" }));
  const known = { id: "c", reason: "MTU", expires: "2026-12-24" };
  report.pathFinished(samplePath({ id: "c", verdict: "failed", known }));
  expect(findingGroups(await report.finish("completed"))).toEqual([]);
});

test("troubles that name no cluster are a group of their own", async () => {
  const report = startSample([]);
  report.troubleFound({ message: "meshgate itself failed", cure: "Please report it." });
  expect(findingGroups(await report.finish("completed")).map(({ about }) => about)).toEqual(["troubles of the run"]);
});

test("of a run that was stopped only what failed and troubled is told", async () => {
  const groups = findingGroups(await runSample([]), true);
  expect(
    groups.map(({ paths, troubles }) => [...new Set(paths.map(({ verdict }) => verdict)), troubles.length]),
  ).toEqual([["failed", 0], ["failed", 0], [1]]);
});
