import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openTestCluster } from "../../cluster/test-cluster.ts";
import { resultsSchema } from "../../report/path-result.ts";
import { samplePath, startSample } from "../../report/sample-run.ts";
import { type EvidenceOptions, gatherEvidence } from "./gather-evidence.ts";

test("each group of findings has a folder, which the results name, and no verdict changes", async () => {
  await using lab = await openTestCluster();
  lab.server.answer("GET /api/v1/namespaces/meshgate-r1/pods", {
    status: 200,
    body: {
      items: [{ metadata: { name: "client-1", namespace: "meshgate-r1" }, spec: { nodeName: "n" }, status: {} }],
    },
  });
  const report = startSample([]);
  for (const scenario of ["pods/a", "pods/b"])
    report.pathFinished(
      samplePath({
        id: `${scenario}/1`,
        scenario,
        verdict: "failed",
        from: end,
        to: end,
        attempts: { total: 1, asExpected: 0 },
      }),
    );
  const options = { ...given(), clusters: [lab.cluster] };
  await gatherEvidence(report, options);
  const results = resultsSchema.parse(await report.finish("completed"));
  expect(results).toMatchObject({ verdict: "findings", troubles: [], spans: [{ name: "gather evidence" }] });
  expect(
    results.evidence?.map(({ folder, paths, files }) => ({ folder, paths, files: files.map(({ name }) => name) })),
  ).toEqual([
    {
      folder: "evidence/01-pods-a-kind-region-athens-kind-region-hurup",
      paths: ["pods/a/1"],
      files: ["test-cluster/pods.txt", "test-cluster/pods.yaml"],
    },
    {
      folder: "evidence/02-pods-b-kind-region-athens-kind-region-hurup",
      paths: ["pods/b/1"],
      files: ["test-cluster/pods.txt", "test-cluster/pods.yaml"],
    },
  ]);
  expect(results.evidence?.[0]?.cut).toContainEqual(
    expect.stringContaining("test cluster: Event list of kube-system: 404"),
  );
  const pods = join(options.directory, "evidence/01-pods-a-kind-region-athens-kind-region-hurup/test-cluster/pods.txt");
  expect(readFileSync(pods, "utf8")).toContain("client-1");
});

test("a run in which nothing failed, broke or troubled asks nothing and makes no folder", async () => {
  await using lab = await openTestCluster();
  const report = startSample([]);
  report.pathFinished(samplePath({ id: "a" }));
  const options = { ...given(), clusters: [lab.cluster] };
  await gatherEvidence(report, options);
  expect(lab.server.asked).toEqual([]);
  expect(existsSync(join(options.directory, "evidence"))).toBe(false);
  expect(await report.finish("completed")).not.toHaveProperty("evidence");
});

test("an API server that never answers costs no more than the time for evidence, and is told", async () => {
  await using lab = await openTestCluster();
  lab.server.answer("GET /api/v1", "hang");
  const report = startSample([]);
  report.troubleFound({ cluster: "test cluster", message: "m", cure: "c" });
  await gatherEvidence(report, { ...given(), clusters: [lab.cluster], limitMs: 200 });
  const { evidence = [] } = await report.finish("interrupted");
  expect(evidence).toMatchObject([{ about: "troubles in test cluster", files: [] }]);
  expect(evidence[0]?.cut).toContainEqual(
    expect.stringMatching(/no answer within 200 ms|the time for evidence was over/),
  );
});

test("more than ten groups have no folder, and that is told", async () => {
  await using lab = await openTestCluster();
  const report = startSample([]);
  for (let n = 0; n < 13; n++)
    report.pathFinished(
      samplePath({ id: `${n}`, scenario: `s/${n}`, verdict: "broken", reason: "r", from: end, to: end }),
    );
  await gatherEvidence(report, { ...given(), clusters: [lab.cluster] });
  const { evidence = [] } = await report.finish("completed");
  expect(evidence).toHaveLength(10);
  expect(evidence.at(-1)?.cut.at(-1)).toBe("3 more groups of findings have no evidence: at most 10 have");
});

const end = { cluster: "test cluster", node: "n", name: "client" };

function given(): Omit<EvidenceOptions, "clusters"> {
  const directory = mkdtempSync(join(tmpdir(), "meshgate-evidence-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return { namespaces: { run: "meshgate-r1" }, directory, redact: (text) => text, limitMs: 5000 };
}
