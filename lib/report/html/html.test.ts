import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Results } from "../path-result.ts";
import { runSample, sampleTrouble } from "../sample-run.ts";
import { sampleDiagnosis } from "../test-diagnosis.ts";
import { fileReporter } from "../file-reporter.ts";
import { htmlWriter, renderHtml } from "./html.ts";
import { madeUpFindings } from "./test-findings.ts";
import { failedWith, madeUpResults } from "./test-results.ts";

const megabytes = 1024 * 1024;

test("the page of 10,000 paths stays below 2 MB, also when all of them fail", async () => {
  const run = { clusters: 5, nodes: 4, paths: 10_000 };
  expect(Buffer.byteLength(await renderHtml(madeUpResults(run)))).toBeLessThan(0.6 * megabytes);
  const failed = madeUpResults({ ...run, come: (_, index) => failedWith(index) });
  expect(Buffer.byteLength(await renderHtml(failed))).toBeLessThan(2 * megabytes);
});

test("a run writes it at the end, with all that the run had", async () => {
  const directory = mkdtempSync(join(tmpdir(), "meshgate-html-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  await runSample([fileReporter(htmlWriter, directory)], sampleDiagnosis);
  const seen = textOf(readFileSync(join(directory, "report.html"), "utf8"));
  expect(seen).toMatch(
    /✗ findings exit code 1 3 paths broke their claims; 1 trouble kept us from looking; 1 path could/,
  );
  for (const text of [
    "packets over 1,414 bytes are lost",
    "cannot tell from packets are lost on their way to Services",
    sampleTrouble.message,
    "means worker-2 does not forward node ports; the backend itself is fine",
    "rung pod address and cluster address answer, node port does not",
    "outside asked by an agent on another node, in place of this machine",
    "flap it answered as expected first, and not afterwards",
    "the DNS does not answer for names of pods dns/pod-names in kind-region-athens",
    String.raw`cordoned\x07`,
  ])
    expect(seen).toContain(text);
});

test("every section has its place, the answers first", async () => {
  const html = await renderHtml(madeUpFindings());
  const titles = [...html.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map(([, title]) => title);
  expect(titles).toMatchInlineSnapshot(`
    [
      "The cause",
      "What kept the run from looking",
      "Findings: 24 broken claims",
      "Matrix",
      "Topology",
      "Could not be looked at: 16 paths",
      "Compared with the baseline",
      "Known issues",
      "Not looked at, on purpose",
      "What was covered",
      "Evidence",
      "Where the time went: 55.3 s",
      "The run",
    ]
  `);
});

test("what is not there has no section, and no script where there is nothing to click", async () => {
  const results = { ...madeUpResults({ clusters: 1, nodes: 1, paths: 0 }), verdict: "broken", spans: [], groups: [] };
  const html = await renderHtml(results as Results);
  expect(textOf(html)).toContain("! broken exit code 0 No path was looked at.");
  expect(html).not.toContain("<script");
  expect(html).toContain("script-src 'none'");
});

test("a finding links to its evidence, and to nothing else on disk", async () => {
  const results = madeUpFindings();
  const [evidence] = results.evidence ?? [];
  const odd = { ...evidence!, folder: "/../javascript:x", files: [{ name: "../a b", about: "" }] };
  const html = await renderHtml({ ...results, evidence: [odd] });
  expect(html).toContain('<a href="./javascript%3Ax/a%20b"');
  expect(html).not.toMatch(/href="(?:\.\.|\/|javascript)/);
});

test("findings that a known issue covers are not among the findings", async () => {
  const seen = textOf(await renderHtml(madeUpFindings()));
  expect(seen).toContain("k 2 known");
  expect(seen).toContain("k failing pod-to-pod/claim-1/*udp-small-8 the old switch loses these 2027-01-31 1");
  expect(seen).toContain("Findings: 24 broken claims");
});

test("what gates add is shown: links of known issues, changes that are known, how much groups vary, and a match by role", async () => {
  const results = madeUpFindings();
  const [issue] = results.knownIssues ?? [];
  const { comparison } = results;
  const [change, ...changes] = comparison?.changes ?? [];
  const html = await renderHtml({
    ...results,
    knownIssues: [
      { ...issue!, link: "https://example.org/issues/7" },
      { ...issue!, id: "other", link: "javascript:alert(1)" },
    ],
    comparison: {
      ...comparison!,
      matchedBy: "role",
      changes: [{ ...change!, known: true }, ...changes],
      slower: comparison!.slower.map((group) => ({ ...group, varies: 1.4 })),
    },
  });
  expect(html).toContain('<a href="https://example.org/issues/7" rel="noopener noreferrer">');
  expect(html).not.toContain('href="javascript');
  const seen = textOf(html);
  expect(seen).toContain("javascript:alert(1)");
  expect(seen).toContain("✗ failed k known issue timeout");
  expect(seen.match(/k known issue/g)).toHaveLength(1);
  expect(seen).toContain("1.80 1.31 (error 1 in 100) 1.40");
  expect(seen).toContain("Matched by role:");
  const plain = textOf(await renderHtml(results));
  expect(plain).toContain("Paths were matched by their ids.");
  expect(plain).toContain("1.80 1.31 (error 1 in 100) not known");
});

/** The text that a page shows, in one line. */
function textOf(html: string): string {
  return html
    .replace(/<head>.*<\/head>/s, "")
    .replaceAll(/<script.*?<\/script>/gs, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll("&gt;", ">")
    .replaceAll(/\s+/g, " ");
}
