import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { PathResult, Results } from "../path-result.ts";
import { runSample, samplePath, sampleTrouble } from "../sample-run.ts";
import { sampleDiagnosis } from "../test-diagnosis.ts";
import { renderAllure } from "./render-allure.ts";
import { outline, readAllureFiles } from "./test-allure-files.ts";

const spec = "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model";
const sample: Results = {
  ...(await runSample([], sampleDiagnosis)),
  scenarios: [
    {
      name: "pods/pod-to-pod",
      suite: "pods",
      claim: "every pod reaches every other pod by its address",
      spec,
      covers: ["N1", "N3"],
    },
  ],
};
const pair = "kind-region-athens -> kind-region-hurup";
const refused: Partial<PathResult> = {
  verdict: "failed",
  outcome: "refused",
  saw: "refused (ECONNREFUSED)",
  attempts: { total: 1, asExpected: 0 },
};
const unasked: Partial<PathResult> = {
  verdict: "broken",
  outcome: "not-run",
  saw: "nothing: it was not asked",
  attempts: { total: 0, asExpected: 0 },
};
const known = { id: "pods/pod-to-pod/*", reason: "the firewall is not open yet", expires: "2027-01-31" };

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "meshgate-allure-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
});

test("a run is a test per scenario and pair of clusters, in suites by pair of clusters", () => {
  const { tests } = written(sample);
  const rows = tests.map(
    ({ status, fullName, titlePath = [] }) => `${status}  ${fullName}  in ${titlePath.join(" / ")}`,
  );
  expect(rows.join("\n")).toMatchInlineSnapshot(`
    "skipped  dns/pod-names#kind-region-athens -> kind-region-athens  in kind-region-athens -> kind-region-athens / dns / dns/pod-names
    failed  pods/pod-to-pod#kind-region-athens -> kind-region-hurup  in kind-region-athens -> kind-region-hurup / pods / pods/pod-to-pod
    broken  run#set-up  in run / set-up
    failed  services/nodeport#kind-region-hurup -> kind-region-hurup  in kind-region-hurup -> kind-region-hurup / services / services/nodeport"
  `);
  for (const { labels, titlePath } of tests) {
    const suites = ["parentSuite", "suite", "subSuite"].flatMap((name) => valuesOf(labels, name));
    expect(suites).toEqual(titlePath);
  }
});

test("every failed path is in the message, and what explains it is at length", () => {
  const { statusDetails } = testOf(written(sample), "pods/pod-to-pod");
  expect(statusDetails.message).toMatchInlineSnapshot(`
    "2 of 3 paths broke the claim: every pod reaches every other pod by its address
    - pods/pod-to-pod/b/http: refused (ECONNREFUSED); 1 of 1 attempts in 0.0 s
    - pods/pod-to-pod/c/http: timeout; 1 of 8 attempts in 5.2 s"
  `);
  expect(statusDetails.trace).toMatchInlineSnapshot(`
    "1. packets over 1,414 bytes are lost from kind-region-athens to kind-region-hurup (2 paths; small ones pass) — MTU of the tunnel or a filtered ICMP "fragmentation needed"

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
      id        pods/pod-to-pod/c/http"
  `);
});

test("control and attempts of a path that has not passed are steps of it, and nothing is a step of what passed", () => {
  const attempt = {
    outcome: "timeout",
    asExpected: false,
    startedAtMs: Date.UTC(2026, 10, 21, 9),
    durationMs: 2001,
  } as const;
  const paths = sample.paths.map((path) =>
    path.id !== "services/nodeport/worker-2/forwards"
      ? path
      : {
          ...path,
          attempts: {
            total: 14,
            asExpected: 1,
            outcomes: { timeout: 13, answered: 1 },
            answeredBy: { "b/worker-2/echo": 1 },
            lastUnexpected: { ...attempt, detail: "no SYN-ACK within 2000 ms" },
            last: { ...attempt, outcome: "answered" as const, asExpected: true, startedAtMs: attempt.startedAtMs + 5 },
          },
        },
  );
  const files = written({ ...sample, paths });
  expect(outline(testOf(files, "services/nodeport").steps).join("\n")).toMatchInlineSnapshot(`
    "failed  services/nodeport/worker-2/forwards
      from: kind-region-hurup/client (10.2.1.4)
      to: kind-region-hurup/worker-2 (172.19.0.13:30080)
      protocol: tcp/http
      passed  control: kind-region-hurup/client -> kind-region-hurup/worker-1 (172.19.0.12:30080) answered in 3 ms
      failed  14 attempts, 1 as expected
        outcomes: 13 timeout, 1 answered
        answered by: b/worker-2/echo: 1
        failed  the last one that was not as expected: timeout after 2.0 s
          detail: no SYN-ACK within 2000 ms
          asked at: 2026-11-21T09:00:00.000Z
        passed  the last one: answered after 2.0 s
          asked at: 2026-11-21T09:00:00.005Z
    broken  services/nodeport/worker-1/forwards-nothing-else
      from: kind-region-hurup/client (10.2.1.4)
      to: kind-region-hurup/worker-1 (172.19.0.12:30081)
      protocol: tcp/http
      broken  not asked"
  `);
  expect(testOf(files, "services/nodeport").steps[0]?.statusDetails.message).toMatchInlineSnapshot(`
    "services/nodeport   BROKEN CLAIM
      from      kind-region-hurup/client (10.2.1.4)
      to        kind-region-hurup/worker-2 (172.19.0.13:30080) tcp/http
      outside   asked by an agent on another node, in place of this machine
      expected  an answer from kind-region-hurup/echo
      saw       timeout, 14 attempts in 30.0 s; last: no SYN-ACK within 2000 ms
      control   kind-region-hurup/client -> kind-region-hurup/worker-1 (172.19.0.12:30080) answered
                in 3 ms
      means     worker-2 does not forward node ports; the backend itself is fine
      rung      pod address and cluster address answer, node port does not
      cause     2
      try       kubectl --context kind-region-hurup -n kube-system get pods -o wide --field-selector spec.nodeName=worker-2
      id        services/nodeport/worker-2/forwards"
  `);
  expect(testOf(files, "dns/pod-names")).toMatchObject({ steps: [], attachments: [] });
});

test("a skip is there, with its reason as the message", () => {
  expect(testOf(written(sample), "dns/pod-names")).toMatchObject({
    status: "skipped",
    statusDetails: { message: "the DNS does not answer for names of pods" },
    attachments: [],
  });
});

test("what took no time ends when it began", () => {
  const { groups: _, ...untimed } = sample;
  const { start, stop } = testOf(written(untimed), "dns/pod-names");
  expect([start, stop]).toEqual([Date.parse(sample.run.startedAt), Date.parse(sample.run.startedAt)]);
});

test("a path that answered first and not afterwards makes its test flaky", () => {
  const files = written(sample);
  const flaky = files.tests.filter(({ statusDetails }) => statusDetails.flaky).map(({ fullName }) => fullName);
  expect(flaky).toEqual([`pods/pod-to-pod#${pair}`]);
  expect(valuesOf(testOf(files, "pods/pod-to-pod").labels, "tag")).toEqual(["N1", "N3", "flap"]);
});

test("severity, links, labels, parameters, times and a description tell what a test is about", () => {
  const groups = [{ scenario: "pods/pod-to-pod", group: pair, startMs: 1500, durationMs: 2500 }];
  const paths = sample.paths.map((path) => ({ ...path, suite: path.suite === "pods" ? "pod-to-pod" : path.suite }));
  const files = written({ ...sample, paths, groups });
  const { labels, links, parameters, description, name, start = 0, stop = 0 } = testOf(files, "pods/pod-to-pod");
  expect({ name, labels, links, parameters, description }).toMatchInlineSnapshot(`
    {
      "description": "- every pod reaches every other pod by its address
    - 3 paths: 1 passed, 2 failed, 0 broken, 0 skipped
    - median latency: 2 ms
    - covers: N1, N3",
      "labels": [
        {
          "name": "framework",
          "value": "vitest",
        },
        {
          "name": "language",
          "value": "javascript",
        },
        {
          "name": "parentSuite",
          "value": "kind-region-athens -> kind-region-hurup",
        },
        {
          "name": "suite",
          "value": "pod-to-pod",
        },
        {
          "name": "subSuite",
          "value": "pods/pod-to-pod",
        },
        {
          "name": "epic",
          "value": "pod-to-pod",
        },
        {
          "name": "feature",
          "value": "pods/pod-to-pod",
        },
        {
          "name": "story",
          "value": "every pod reaches every other pod by its address",
        },
        {
          "name": "tag",
          "value": "N1",
        },
        {
          "name": "tag",
          "value": "N3",
        },
        {
          "name": "tag",
          "value": "flap",
        },
        {
          "name": "host",
          "value": "pod-to-pod",
        },
        {
          "name": "thread",
          "value": "pods/pod-to-pod kind-region-athens -> kind-region-hurup",
        },
        {
          "name": "severity",
          "value": "critical",
        },
      ],
      "links": [
        {
          "name": "specification",
          "type": "link",
          "url": "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model",
        },
      ],
      "name": "kind-region-athens -> kind-region-hurup: every pod reaches every other pod by its address",
      "parameters": [
        {
          "excluded": true,
          "name": "from cluster",
          "value": "kind-region-athens",
        },
        {
          "excluded": true,
          "name": "to cluster",
          "value": "kind-region-hurup",
        },
        {
          "excluded": true,
          "name": "scenario",
          "value": "pods/pod-to-pod",
        },
        {
          "excluded": true,
          "name": "protocols",
          "value": "tcp/http",
        },
      ],
    }
  `);
  expect([start - Date.parse(sample.run.startedAt), stop - start]).toEqual([1500, 2500]);
  expect(valuesOf(testOf(files, "dns/pod-names").labels, "severity")).toEqual(["normal"]);
});

test("ids are equal from run to run, whatever addresses, times, verdicts and the order of paths are", () => {
  const before = written(sample);
  const later = sample.paths.toReversed().map((path) => ({
    ...path,
    verdict: "passed" as const,
    protocol: "udp",
    from: { ...path.from, address: "10.9.9.9" },
    timings: { totalMs: 1 },
  }));
  const after = written({
    ...sample,
    run: { ...sample.run, id: "other", startedAt: "2027-01-01T00:00:00.000Z" },
    paths: later,
  });
  expect(after.tests.map(({ historyId }) => historyId)).toEqual(before.tests.map(({ historyId }) => historyId));
  expect(after.tests.map(({ testCaseId }) => testCaseId)).toEqual(before.tests.map(({ testCaseId }) => testCaseId));
  expect(new Set(before.tests.map(({ historyId }) => historyId)).size).toBe(before.tests.length);
  expect(after.tests[0]?.uuid).not.toBe(before.tests[0]?.uuid);
});

test("results that are written again take the place of the first, and nothing else is removed", () => {
  const first = written(sample);
  writeFileSync(join(root, "allure-results", "executor.json"), "{}");
  writeFileSync(join(root, "allure-results", "notes.txt"), "mine");
  const fewer = sample.paths.filter(({ verdict }) => verdict !== "skipped");
  const second = written({ ...sample, paths: fewer });
  const ids = (files: typeof first) => files.tests.map(({ uuid }) => uuid);
  expect(ids(second)).toEqual(ids(first).filter((id) => id !== testOf(first, "dns/pod-names").uuid));
  expect(second.names).toEqual(expect.arrayContaining(["executor.json", "notes.txt"]));
  expect(second.names.length).toBe(first.names.length + 2 - 1);
});

test("nothing of the machine that writes it is in it", () => {
  const { names, text, tests } = written(sample);
  const all = names.map(text).join("\n");
  expect(all).not.toContain(process.cwd());
  expect(tests.flatMap(({ labels }) => valuesOf(labels, "host"))).not.toContain(hostname());
  expect(new Set(tests.flatMap(({ labels }) => labels.map(({ name }) => name)))).not.toContain("package");
});

describe("status", () => {
  test("a broken path keeps its group from passing, whatever else passed", () => {
    const paths = [samplePath({ id: "a" }), samplePath({ ...unasked, id: "b", reason: "the agent is gone" })];
    expect(testOf(written({ ...sample, paths }), "pods/pod-to-pod")).toMatchObject({
      status: "broken",
      statusDetails: { message: "1 of 2 paths could not be looked at\n- b: the agent is gone" },
    });
  });

  test("is not guessed from words: what could not be looked at is no finding, though it speaks of what was expected", () => {
    const reason = "AssertionError: expected the agent to be there";
    const paths = [samplePath({ ...unasked, id: "b", reason })];
    expect(testOf(written({ ...sample, paths }), "pods/pod-to-pod").status).toBe("broken");
  });

  test("a finding outweighs what could not be looked at, and both are told", () => {
    const paths = [
      samplePath({ ...unasked, id: "b", reason: "the agent is gone" }),
      samplePath({ ...refused, id: "c" }),
    ];
    expect(testOf(written({ ...sample, paths }), "pods/pod-to-pod")).toMatchObject({
      status: "failed",
      statusDetails: {
        message:
          "1 of 2 paths broke the claim: every pod reaches every other pod by its address\n- c: refused (ECONNREFUSED)\n\n" +
          "1 of 2 paths could not be looked at\n- b: the agent is gone",
      },
    });
  });

  test("a group that a killed run left unfinished has not passed, and one that had ended has", () => {
    const { finishedAt: _, ...run } = sample.run;
    const paths = [samplePath({ id: "a" }), samplePath({ id: "b", scenario: "pods/ended" })];
    const groups = [{ scenario: "pods/ended", group: pair, startMs: 0, durationMs: 5 }];
    const files = written({ ...sample, verdict: "interrupted", run, groups, paths });
    expect(testOf(files, "pods/ended").status).toBe("passed");
    expect(testOf(files, "pods/pod-to-pod")).toMatchObject({
      status: "broken",
      statusDetails: { message: "The run ended before all paths were asked." },
    });
  });

  test("known issues alone are failed and known, and say so", () => {
    const paths = [samplePath({ id: "a" }), samplePath({ ...refused, id: "c", known })];
    const { status, statusDetails } = testOf(written({ ...sample, paths }), "pods/pod-to-pod");
    expect({ status, statusDetails }).toMatchObject({
      status: "failed",
      statusDetails: {
        known: true,
        message:
          "Known issue: 1 of 2 paths broke the claim as known: every pod reaches every other pod by its address\n" +
          "- c: refused (ECONNREFUSED) (known until 2027-01-31: the firewall is not open yet)",
      },
    });
  });

  test("a finding beside a known issue is not known, nor is what could not be looked at", () => {
    const issue = samplePath({ ...refused, id: "c", known });
    const mixed = testOf(
      written({ ...sample, paths: [issue, samplePath({ ...refused, id: "d" })] }),
      "pods/pod-to-pod",
    );
    expect([mixed.status, mixed.statusDetails.known]).toEqual(["failed", undefined]);
    const unknown = testOf(
      written({ ...sample, paths: [issue, samplePath({ ...unasked, id: "d" })] }),
      "pods/pod-to-pod",
    );
    expect([unknown.status, unknown.statusDetails.known]).toEqual(["broken", undefined]);
  });

  test("each kind of test that has not passed is in one category", () => {
    const issue = samplePath({ ...refused, id: "k/1", scenario: "k", known });
    const { tests, categories } = written({ ...sample, paths: [...sample.paths, issue] });
    const inCategory = ({ status, statusDetails }: (typeof tests)[number]) =>
      categories
        .filter(({ matchedStatuses, messageRegex = "" }) => {
          const isMeant = matchedStatuses.map(String).includes(status ?? "");
          return isMeant && new RegExp(messageRegex).test(statusDetails.message ?? "");
        })
        .map(({ name }) => name);
    expect(Object.fromEntries(tests.map((each) => [each.fullName, inCategory(each)]))).toMatchInlineSnapshot(`
      {
        "dns/pod-names#kind-region-athens -> kind-region-athens": [
          "Skipped, with its reason",
        ],
        "k#kind-region-athens -> kind-region-hurup": [
          "Known issue",
        ],
        "pods/pod-to-pod#kind-region-athens -> kind-region-hurup": [
          "Finding: a claim is broken",
        ],
        "run#set-up": [
          "Broken: we could not look",
        ],
        "services/nodeport#kind-region-hurup -> kind-region-hurup": [
          "Finding: a claim is broken",
        ],
      }
    `);
  });
});

describe("the run as a whole", () => {
  const passing: Results = {
    ...sample,
    verdict: "passed",
    summary: { passed: 1, failed: 0, broken: 0, skipped: 0 },
    troubles: [],
    paths: [samplePath({ id: "a" })],
  };
  delete passing.diagnosis;

  test("what kept the run from looking is a broken test, also where nothing was asked", () => {
    const { tests, text, names } = written({ ...passing, verdict: "broken", troubles: [sampleTrouble], paths: [] });
    expect(tests.map(({ fullName, status, statusDetails }) => ({ fullName, status, statusDetails })))
      .toMatchInlineSnapshot(`
      [
        {
          "fullName": "run#set-up",
          "status": "broken",
          "statusDetails": {
            "message": "The pod is not scheduled: 0/3 nodes are available: 1 Insufficient memory.",
            "trace": "TROUBLE  kind-region-hurup  Pod/meshgate-sample/client-worker-2
        what      The pod is not scheduled: 0/3 nodes are available: 1 Insufficient memory.
        cure      Free memory on worker-2, or leave the node out. Look at:
                  kubectl --context kind-region-hurup describe node worker-2",
          },
        },
      ]
    `);
    const globals = names.find((name) => name.endsWith("-globals.json")) ?? "";
    expect(JSON.parse(text(globals))).toMatchObject({ errors: [{ message: sampleTrouble.message }] });
  });

  test.each<[verdict: Results["verdict"], more: Partial<Results>, broken: string]>([
    ["interrupted", {}, "the run did not come to its end"],
    ["configuration", {}, "options or configuration are wrong"],
    ["broken", { paths: [], summary: { passed: 0, failed: 0, broken: 0, skipped: 0 } }, "no path was looked at"],
  ])("a run that is %s has a set-up that is broken", (verdict, more, message) => {
    expect(testOf(written({ ...passing, verdict, ...more }), "run#set-up")).toMatchObject({
      status: "broken",
      statusDetails: { message },
    });
  });

  test("a run that passed has a set-up that passed, with the steps of the run and how long each took", () => {
    const spans = [
      { name: "look at the clusters", startMs: 0, durationMs: 350 },
      { name: "deploy", startMs: 350, durationMs: 4000 },
    ];
    const { status, description, start = 0, stop = 0 } = testOf(written({ ...passing, spans }), "run#set-up");
    expect([status, stop - start]).toEqual(["passed", 4350]);
    expect(description).toMatchInlineSnapshot(`
      "- verdict: passed, all 1 path that were looked at keep their claims
      - look at the clusters: 350 ms, after 0 ms
      - deploy: 4.0 s, after 350 ms"
    `);
  });

  test("what is required and was not looked at is a broken test", () => {
    const uncovered = [{ scenario: "pods/pod-to-pod", where: pair, reason: "there is one node" }];
    const files = written({ ...passing, verdict: "uncovered", uncovered });
    expect(testOf(files, "run#set-up").status).toBe("passed");
    expect(testOf(files, "run#coverage")).toMatchObject({
      status: "broken",
      statusDetails: { message: `not looked at: pods/pod-to-pod, ${pair}: there is one node` },
    });
    expect(testOf(written({ ...passing, uncovered: [] }), "run#coverage").status).toBe("passed");
  });

  test("what got worse than the baseline is a failed test when it keeps the run from passing", () => {
    const comparison: Results["comparison"] = {
      baseline: { run: "before", startedAt: "2026-11-20T09:00:00.000Z", verdict: "passed", paths: 1 },
      matchedBy: "id",
      remarks: ["the baseline has other nodes"],
      compared: 1,
      changes: [
        { change: "regressed", id: "a", before: "passed", after: "failed", text: "refused" },
        { change: "new", id: "b", after: "passed", text: "answered" },
      ],
      slower: [
        { scenario: "s", group: pair, pairs: 9, ratio: 2.5, lowest: 1.8, alpha: 0.01, beforeMs: 1, afterMs: 2.5 },
      ],
      failOn: ["regressed", "slower"],
    };
    expect(testOf(written({ ...passing, verdict: "regressed", comparison }), "run#baseline")).toMatchObject({
      status: "failed",
      statusDetails: { message: `regressed: a: refused\nslower: s, ${pair}: 2.50 times as long, at least 1.80` },
    });
    const harmless = { ...comparison, failOn: [] };
    expect(testOf(written({ ...passing, comparison: harmless }), "run#baseline").status).toBe("passed");
  });

  test("no run that has not passed has passed tests alone, whatever its results lack", () => {
    for (const verdict of ["findings", "broken", "uncovered", "regressed", "interrupted", "configuration"] as const)
      expect(written({ ...passing, verdict }).tests.map(({ status }) => status)).toContain("broken");
  });

  test("the environment names clusters, versions, the image and the verdict", () => {
    expect(written(sample).environment).toMatchInlineSnapshot(`
      {
        "agent image": "node:24-slim",
        "cluster kind-region-athens": "Kubernetes v1.36.2, 1 of 1 nodes, https://172.19.0.2:6443",
        "cluster kind-region-hurup": "Kubernetes v1.36.2, 1 of 2 nodes, https://172.19.0.2:6443",
        "command": "--context kind-region-athens --context kind-region-hurup",
        "duration": "400 ms",
        "finished": "2026-11-21T09:00:00.500Z",
        "lab": "yes",
        "meshgate": "0.1.0",
        "namespace": "meshgate-sample",
        "node.js": "v24.21.0",
        "paths": "1 passed, 3 failed, 2 broken, 1 skipped",
        "run": "sample",
        "started": "2026-11-21T09:00:00.100Z",
        "verdict": "findings",
      }
    `);
  });

  test("the diagnosis is attached, as text and as data", () => {
    const files = written(sample);
    const { attachments } = testOf(files, "run#set-up");
    const [text = "", data = ""] = attachments.map(({ source }) => files.text(source));
    expect(attachments.map(({ name }) => name)).toEqual(["diagnosis.txt", "diagnosis.json"]);
    expect(text.split("\n")[0]).toMatchInlineSnapshot(
      `"1. packets over 1,414 bytes are lost from kind-region-athens to kind-region-hurup (2 paths;"`,
    );
    expect(JSON.parse(data)).toEqual(sampleDiagnosis);
  });
});

describe("attachments", () => {
  test("a test that has not passed has all its paths as a table, and those that failed or broke as data", () => {
    const files = written(sample);
    const { attachments } = testOf(files, "services/nodeport");
    const [table = "", data = ""] = attachments.map(({ source }) => files.text(source));
    expect(attachments.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "paths.csv text/csv",
      "paths.json application/json",
    ]);
    expect(table).toMatchInlineSnapshot(`
      "verdict,id,from,to,protocol,outcome,expected,saw,reason,attempts,as expected,latency p50 ms,total ms
      failed,services/nodeport/worker-2/forwards,kind-region-hurup client 10.2.1.4,kind-region-hurup worker-2 172.19.0.13:30080,tcp/http,timeout,an answer from kind-region-hurup/echo,"timeout, 14 attempts in 30.0 s; last: no SYN-ACK within 2000 ms",,14,0,,30000
      broken,services/nodeport/worker-1/forwards-nothing-else,kind-region-hurup client 10.2.1.4,kind-region-hurup worker-1 172.19.0.12:30081,tcp/http,not-run,no answer: refused or timeout,nothing that can be relied on,the exec stream to the agent ended (exit code 137) & <nobody> knows why: \\x1b[31mkilled\\x1b[0m,0,0,,0
      "
    `);
    expect(JSON.parse(data)).toEqual(sample.paths.filter(({ scenario }) => scenario === "services/nodeport"));
  });

  test("evidence is copied once, and named by every test that it is about", () => {
    mkdirSync(join(root, "evidence", "1"), { recursive: true });
    writeFileSync(join(root, "evidence", "1", "events.txt"), "killed");
    writeFileSync(join(root, "..", "meshgate-outside.txt"), "no evidence");
    onTestFinished(() => rmSync(join(root, "..", "meshgate-outside.txt")));
    const files = [
      { name: "events.txt", about: "events of the run's namespaces" },
      { name: "gone.txt", about: "not there" },
      { name: "../../../meshgate-outside.txt", about: "elsewhere" },
    ];
    const paths = ["pods/pod-to-pod/b/http", "services/nodeport/worker-2/forwards"];
    const evidence = [{ folder: "evidence/1", about: "lost packets", paths, files, cut: [] }];
    const all = written({ ...sample, evidence });
    const sources = ["pods/pod-to-pod", "services/nodeport"].map((name) =>
      testOf(all, name)
        .attachments.filter((attachment) => !attachment.name.startsWith("paths."))
        .map(({ name: title, source }) => ({ title, text: all.text(source), source })),
    );
    expect(sources[0]).toMatchObject([
      { title: "evidence/1/events.txt: events of the run's namespaces", text: "killed" },
    ]);
    expect(sources[1]).toEqual(sources[0]);
    expect(testOf(all, "dns/pod-names").attachments).toEqual([]);
  });
});

test("what many findings would make too large is cut, counted, and said to be", () => {
  const paths = Array.from({ length: 1200 }, (_, index) => samplePath({ ...refused, id: `p/${index}` }));
  const files = written({ ...sample, paths });
  const { statusDetails, steps, attachments, description } = testOf(files, "pods/pod-to-pod");
  expect(statusDetails.message?.split("\n").length).toBe(102);
  expect(statusDetails.message).toMatch(/^1200 of 1200 paths .*\n- and 1100 more: see results\.json$/s);
  expect(steps.length).toBe(51);
  expect(steps.at(-1)).toMatchObject({ name: "and 1150 more paths: see results.json", status: "failed" });
  expect(attachments.map(({ name }) => name)).toEqual([
    "paths.csv (the first 500 of 1200; all are in results.json)",
    "paths.json (the first 50 of 1200; all are in results.json)",
  ]);
  expect(description).toContain("1200 paths: 0 passed, 1200 failed, 0 broken, 0 skipped");
});

test("passed paths are counted and cost nothing each", () => {
  const of = (length: number) => Array.from({ length }, (_, index) => samplePath({ id: `p/${index}` }));
  const sizes = [2, 3000].map((count) => {
    const { tests } = written({ ...sample, paths: of(count) });
    return JSON.stringify(tests).length;
  });
  expect(Math.abs(sizes[1]! - sizes[0]!)).toBeLessThan(20);
});

test("a text from a cluster is shown as it is, in messages and in Markdown", () => {
  const reason = "<b>bold</b> *stars* \u001b[31mred\u001b[0m [link](https://a.example)\nsecond line";
  const paths = [samplePath({ id: "a" }), samplePath({ ...unasked, id: "b", verdict: "skipped", reason })];
  const { description } = testOf(written({ ...sample, paths }), "pods/pod-to-pod");
  expect(description?.split("\n")[3]).toMatchInlineSnapshot(
    `"- skipped: \\<b\\>bold\\</b\\> \\*stars\\* \\\\x1b\\[31mred\\\\x1b\\[0m \\[link\\](https://a.example) second line"`,
  );
  const alone = testOf(written({ ...sample, paths: paths.slice(1) }), "pods/pod-to-pod");
  expect(alone.statusDetails.message).toMatchInlineSnapshot(`
    "<b>bold</b> *stars* \\x1b[31mred\\x1b[0m [link](https://a.example)
    second line"
  `);
});

test("acts of a scenario are tests of their own, in the suite of their pair", () => {
  const paths = ["open", "denied"].map((act) => samplePath({ id: act, group: `${pair}, ${act}` }));
  const { tests } = written({ ...sample, paths });
  expect(tests.slice(0, 2).map(({ fullName, titlePath }) => [fullName, titlePath?.[0]])).toEqual([
    [`pods/pod-to-pod#${pair}, denied`, pair],
    [`pods/pod-to-pod#${pair}, open`, pair],
  ]);
});

function written(results: Results) {
  const directory = join(root, "allure-results");
  renderAllure(results, directory);
  expect(readdirSync(directory).filter((name) => name.startsWith("."))).toEqual([]);
  return readAllureFiles(directory);
}

function testOf({ tests }: ReturnType<typeof readAllureFiles>, beginning: string) {
  const found = tests.find(({ fullName }) => fullName?.startsWith(beginning));
  if (!found) throw new Error(`no test begins with ${beginning}`);
  return found;
}

function valuesOf(labels: { name: string; value: string }[], name: string): string[] {
  return labels.flatMap((label) => (label.name === name ? [label.value] : []));
}
