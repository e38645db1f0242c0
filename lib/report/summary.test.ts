import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileReporter } from "./file-reporter.ts";
import type { Results } from "./path-result.ts";
import { runSample, samplePath, sampleTrouble, startSample } from "./sample-run.ts";
import { renderSummary, summaryWriter } from "./summary.ts";
import { testDirectory } from "./test-directory.ts";
import { sampleDiagnosis } from "./test-diagnosis.ts";

test("a run is told from its verdict down to where evidence is", async () => {
  const directory = testDirectory();
  await runSample([fileReporter(summaryWriter, directory)], sampleDiagnosis);
  expect(readFileSync(join(directory, "summary.md"), "utf8")).toMatchInlineSnapshot(`
    "# meshgate: findings

    **3 paths broke their claims; 1 trouble kept us from looking; 1 path could not be looked at** (exit code 1)

    | passed | failed | broken | skipped |
    | ---: | ---: | ---: | ---: |
    | 1 | 3 | 2 | 1 |

    Run \`sample\` of 2026-11-21T09:00:00.100Z, 500 ms, meshgate 0.1.0, on the embedded lab of the machine, not on clusters

    - \`kind-region-athens\` (v1.36.2, 1 of 1 nodes)
    - \`kind-region-hurup\` (v1.36.2, 1 of 2 nodes)

    ## Causes, most likely first

    1. **packets over 1,414 bytes are lost from kind-region-athens to kind-region-hurup \\(2 paths; small ones pass\\) — MTU of the tunnel or a filtered ICMP "fragmentation needed"** (confidence high)
       - pods/pod-to-pod: 2 failed
       - the largest packet that goes both ways from kind-region-athens/worker-1/client has 1,414 bytes, and one of 1,415 bytes does not
       - try \`kubectl --context kind-region-athens debug node/worker-1 -it --image=busybox -- ip link show type vxlan\`

    2. **packets are lost at the node ports of kind-region-hurup/worker-2 \\(1 path\\)** (confidence medium)
       - services/nodeport: 1 failed
       - cannot be told from: packets are lost on their way to Services from the pods of kind-region-hurup/worker-2 \\\\x1b\\[2J
       - try \`kubectl --context kind-region-hurup -n kube-system get pods -o wide\`

    ## Suites

    | suite | verdict | passed | failed | known | broken | skipped |
    | --- | --- | ---: | ---: | ---: | ---: | ---: |
    | \`pods\` | **FAILED** | 1 | 2 | 0 | 0 | 0 |
    | \`services\` | **FAILED** | 0 | 1 | 0 | 1 | 0 |
    | \`dns\` | not looked at | 0 | 0 | 0 | 0 | 1 |

    ## Findings

    <details><summary>BROKEN CLAIM: pods/pod-to-pod, kind-region-athens -&gt; kind-region-hurup: 2 paths</summary>

    \`\`\`text
    pods/pod-to-pod   BROKEN CLAIM
      from      kind-region-athens/worker-1/client (10.0.1.4)
      to        kind-region-hurup/worker-1/echo (10.2.1.9:8080) tcp/http
      expected  an answer from kind-region-hurup/worker-1/echo
      saw       refused (ECONNREFUSED); 1 of 1 attempts in 0.0 s
      cause     1
      id        pods/pod-to-pod/b/http

    pods/pod-to-pod   BROKEN CLAIM
      from      kind-region-athens/worker-1/client (10.0.1.4)
      to        kind-region-hurup/worker-1/echo (10.2.1.9:8080) tcp/http
      expected  an answer from kind-region-hurup/worker-1/echo
      saw       timeout; 1 of 8 attempts in 5.2 s
      flap      it answered as expected first, and not afterwards
      cause     1
      id        pods/pod-to-pod/c/http
    \`\`\`

    </details>

    <details><summary>BROKEN CLAIM: services/nodeport, kind-region-hurup -&gt; kind-region-hurup: 1 path</summary>

    \`\`\`text
    services/nodeport   BROKEN CLAIM
      from      kind-region-hurup/client (10.2.1.4)
      to        kind-region-hurup/worker-2 (172.19.0.13:30080) tcp/http
      outside   asked by an agent on another node, in place of this machine
      expected  an answer from kind-region-hurup/echo
      saw       timeout, 14 attempts in 30.0 s; last: no SYN-ACK within 2000 ms
      control   kind-region-hurup/client -> kind-region-hurup/worker-1 (172.19.0.12:30080) answered in 3 ms
      means     worker-2 does not forward node ports; the backend itself is fine
      rung      pod address and cluster address answer, node port does not
      cause     2
      try       kubectl --context kind-region-hurup -n kube-system get pods -o wide --field-selector spec.nodeName=worker-2
      id        services/nodeport/worker-2/forwards
    \`\`\`

    </details>

    <details><summary>COULD NOT LOOK: services/nodeport, kind-region-hurup -&gt; kind-region-hurup: 1 path</summary>

    \`\`\`text
    services/nodeport   COULD NOT LOOK
      from      kind-region-hurup/client (10.2.1.4)
      to        kind-region-hurup/worker-1 (172.19.0.12:30081) tcp/http
      reason    the exec stream to the agent ended (exit code 137) & <nobody> knows why: \\x1b[31mkilled\\x1b[0m
      expected  no answer: refused or timeout
      id        services/nodeport/worker-1/forwards-nothing-else
    \`\`\`

    </details>

    ## Troubles

    - \`kind-region-hurup\` \`Pod/meshgate-sample/client-worker-2\` The pod is not scheduled: 0/3 nodes are available: 1 Insufficient memory.
      - cure: Free memory on worker-2, or leave the node out. Look at: kubectl --context kind-region-hurup describe node worker-2

    ## Skipped

    - the DNS does not answer for names of pods
      - dns/pod-names in kind-region-athens -\\> kind-region-hurup
    "
  `);
});

test("a run that passed has nothing but its verdict and its counts", async () => {
  const report = startSample([]);
  report.pathFinished(samplePath({ id: "a" }));
  const text = renderSummary(await report.finish("completed"));
  expect(text.match(/^#.*$/gm)).toEqual(["# meshgate: passed", "## Suites"]);
});

test.each(["completed", "interrupted", "configuration"] as const)(
  "a run that looked at nothing and %s has not passed",
  async (end) => {
    const text = renderSummary(await startSample([]).finish(end));
    expect(text).toContain(
      {
        completed: "# meshgate: broken",
        interrupted: "# meshgate: interrupted",
        configuration: "# meshgate: configuration",
      }[end],
    );
    expect(text).not.toMatch(/\bpassed\b(?! \|)/);
  },
);

test("what changed, what is known, what is required and what was gathered have parts of their own", async () => {
  const results: Results = {
    ...(await runSample([])),
    uncovered: [{ scenario: "pods/pod-to-pod", where: "a | b", reason: "only one node is used" }],
    evidence: [
      {
        folder: "evidence/01-lost",
        about: "cause 1: lost",
        paths: ["a"],
        files: [{ name: "events.txt", about: "events" }],
        cut: [],
      },
    ],
    knownIssues: [
      { id: "pods/*", reason: "MTU", expires: "2026-12-24", state: "failing", paths: 2 },
      { id: "dns/*", reason: "old", expires: "2026-01-01", state: "expired", paths: 1 },
    ],
    comparison: {
      baseline: { run: "before", startedAt: "2026-11-20T09:00:00.000Z", verdict: "passed", paths: 6 },
      matchedBy: "role",
      remarks: ["the node worker-2 is another one"],
      compared: 5,
      changes: [
        { change: "fixed", id: "b", before: "failed", after: "passed", text: "an answer" },
        { change: "regressed", id: "a", before: "passed", after: "failed", text: "timeout" },
      ],
      slower: [
        {
          scenario: "pods/pod-to-pod",
          group: "a -> b",
          pairs: 12,
          ratio: 2,
          lowest: 1.5,
          alpha: 0.01,
          beforeMs: 1,
          afterMs: 2,
        },
      ],
      failOn: ["regressed"],
    },
  };
  const text = renderSummary(results);
  expect(text.slice(text.indexOf("## Required"))).toMatchInlineSnapshot(`
    "## Required and not looked at

    - \`pods/pod-to-pod\` a \\| b: only one node is used

    ## Compared with the baseline

    - with \`before\` of 2026-11-20T09:00:00.000Z (passed): 5 paths compared, matched by role; these keep it from passing: regressed
    - the node worker-2 is another one
    - **regressed** \`a\`: timeout
    - **fixed** \`b\`: an answer
    - **slower** \`pods/pod-to-pod\` a -\\> b: 2.00 times over 12 paths, at least 1.50 times with an error probability of 0.01; median 1 ms, now 2 ms

    ## Known issues

    - **expired** \`dns/*\`: old; until 2026-01-01, 1 failed paths
    - **failing** \`pods/*\`: MTU; until 2026-12-24, 2 failed paths

    ## Skipped

    - the DNS does not answer for names of pods
      - dns/pod-names in kind-region-athens -\\> kind-region-hurup

    ## Evidence, beside results.json

    - \`evidence/01-lost\`: 1 file about cause 1: lost
    "
  `);
});

test("a known issue is neither a finding nor passed", async () => {
  const report = startSample([]);
  const known = { id: "a", reason: "MTU", expires: "2026-12-24" };
  report.pathFinished(samplePath({ id: "a", verdict: "failed", attempts: { total: 1, asExpected: 0 }, known }));
  const text = renderSummary(await report.finish("completed"));
  expect(text).not.toContain("BROKEN CLAIM");
  expect(text).toContain("| `pods` | known issues | 0 | 0 | 1 | 0 | 0 |");
});

test("a summary stays below 64 KiB and says what is left out", async () => {
  const report = startSample([]);
  const long = "漢|`<b>".repeat(400);
  for (let n = 0; n < 10_000; n++) {
    const verdict = (["failed", "broken", "skipped", "passed"] as const)[n % 4]!;
    report.pathFinished(
      samplePath({
        id: `${n}/${long}`,
        scenario: `${n}${long}`,
        suite: `${n}${long}`,
        verdict,
        saw: long,
        reason: `${n}${long}`,
        attempts: { total: 3, asExpected: 0 },
      }),
    );
    report.troubleFound({ ...sampleTrouble, message: long, cure: long });
  }
  report.diagnosed({
    ...sampleDiagnosis,
    causes: [0, 1, 2].map(() => ({
      ...sampleDiagnosis.causes[0]!,
      text: long,
      evidence: Array.from({ length: 100 }, (_, n) => `${n}${long}`),
      try: long,
    })),
  });
  const text = renderSummary(await report.finish("completed"));
  expect(Buffer.byteLength(text)).toBeLessThan(64 * 1024);
  expect(text.match(/^\*\d+ more left out here: see results\.json\.\*$/gm)?.length).toBeGreaterThan(4);
  expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
});

test.each(["| --- | --- |\n", "</details>", "```", "](x)", "<script>"])("%j in a name ends nothing", async (name) => {
  const plain = await summaryOf("x");
  const hostile = await summaryOf(name);
  for (const mark of [/^\|.*\|$/gm, /(?<!\\)\|/g, /```/g, /(?<!\\)<\/?\w+>/g, /^#/gm, /^- /gm, /\]\(/g])
    expect(hostile.match(mark)?.length).toBe(plain.match(mark)?.length);
});

/** What Markdown reads: the text without what is code, and without the headings of what folds, which are HTML. */
async function summaryOf(name: string): Promise<string> {
  const report = startSample([]);
  const end = { cluster: name, name };
  for (const verdict of ["failed", "broken", "skipped"] as const)
    report.pathFinished(
      samplePath({
        id: `${verdict} ${name}`,
        suite: name,
        scenario: name,
        group: name,
        verdict,
        reason: name,
        from: end,
        to: end,
      }),
    );
  report.troubleFound({ cluster: name, object: name, message: name, cure: name });
  return renderSummary(await report.finish("completed"))
    .replaceAll(/(?<=<summary>)[^<>]*(?=<\/summary>)/g, "")
    .replaceAll(/^(`{3,})text\n[^]*?\n\1$/gm, "")
    .replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, "code");
}
