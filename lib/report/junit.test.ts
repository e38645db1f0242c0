import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fileReporter } from "./file-reporter.ts";
import { junitWriter, renderJunit } from "./junit.ts";
import { runSample, samplePath, startSample } from "./sample-run.ts";
import { sampleDiagnosis } from "./test-diagnosis.ts";

const directory = mkdtempSync(join(tmpdir(), "meshgate-junit-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("a run is a suite per scenario and a case per pair of clusters", async () => {
  await runSample([fileReporter(junitWriter, directory)]);
  expect(readFileSync(join(directory, "junit.xml"), "utf8")).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="meshgate" tests="4" failures="2" errors="1" time="0.500">
      <testsuite name="set-up" tests="1" failures="0" errors="1" skipped="0" time="0.000" timestamp="2026-11-21T09:00:00">
        <properties>
          <property name="run" value="sample"/>
          <property name="verdict" value="findings"/>
          <property name="meshgate" value="0.1.0"/>
          <property name="node" value="v24.21.0"/>
          <property name="agentImage" value="node:24-slim"/>
          <property name="lab" value="true"/>
          <property name="cluster kind-region-athens" value="v1.36.2"/>
          <property name="cluster kind-region-hurup" value="v1.36.2"/>
        </properties>
        <testcase classname="meshgate.set-up" name="set-up" time="0.000">
          <error message="The pod is not scheduled: 0/3 nodes are available: 1 Insufficient memory." type="error">TROUBLE  kind-region-hurup  Pod/meshgate-sample/client-worker-2
      what      The pod is not scheduled: 0/3 nodes are available: 1 Insufficient memory.
      cure      Free memory on worker-2, or leave the node out. Look at:
                kubectl --context kind-region-hurup describe node worker-2</error>
        </testcase>
      </testsuite>
      <testsuite name="pods/pod-to-pod" tests="1" failures="1" errors="0" skipped="0" time="1.234" timestamp="2026-11-21T09:00:00">
        <properties>
          <property name="suite" value="pods"/>
          <property name="claim" value="every pod reaches every other pod by its address"/>
        </properties>
        <testcase classname="meshgate.pods.pod-to-pod" name="kind-region-athens -&gt; kind-region-hurup" time="1.234">
          <failure message="2 of 3 paths broke the claim: every pod reaches every other pod by its address" type="failure">pods/pod-to-pod   BROKEN CLAIM
      from      kind-region-athens/worker-1/client (10.0.1.4)
      to        kind-region-hurup/worker-1/echo (10.2.1.9:8080) tcp/http
      expected  an answer from kind-region-hurup/worker-1/echo
      saw       refused (ECONNREFUSED); 1 of 1 attempts in 0.0 s
      id        pods/pod-to-pod/b/http

    pods/pod-to-pod   BROKEN CLAIM
      from      kind-region-athens/worker-1/client (10.0.1.4)
      to        kind-region-hurup/worker-1/echo (10.2.1.9:8080) tcp/http
      expected  an answer from kind-region-hurup/worker-1/echo
      saw       timeout; 1 of 8 attempts in 5.2 s
      flap      it answered as expected first, and not afterwards
      id        pods/pod-to-pod/c/http</failure>
          <system-out>passed  pods/pod-to-pod/a/http  kind-region-athens/worker-1/client (10.0.1.4) -&gt; kind-region-hurup/worker-1/echo (10.2.1.9:8080) tcp/http: an answer from kind-region-hurup/worker-1/echo
    failed  pods/pod-to-pod/b/http  kind-region-athens/worker-1/client (10.0.1.4) -&gt; kind-region-hurup/worker-1/echo (10.2.1.9:8080) tcp/http: refused (ECONNREFUSED); 1 of 1 attempts in 0.0 s
    failed  pods/pod-to-pod/c/http  kind-region-athens/worker-1/client (10.0.1.4) -&gt; kind-region-hurup/worker-1/echo (10.2.1.9:8080) tcp/http: timeout; 1 of 8 attempts in 5.2 s</system-out>
        </testcase>
      </testsuite>
      <testsuite name="services/nodeport" tests="1" failures="1" errors="0" skipped="0" time="1.234" timestamp="2026-11-21T09:00:00">
        <properties>
          <property name="suite" value="services"/>
          <property name="claim" value="every node forwards an allocated node port to a ready backend"/>
        </properties>
        <testcase classname="meshgate.services.nodeport" name="kind-region-hurup -&gt; kind-region-hurup" time="1.234">
          <failure message="1 of 2 paths broke the claim: every node forwards an allocated node port to a ready backend" type="failure">services/nodeport   BROKEN CLAIM
      from      kind-region-hurup/client (10.2.1.4)
      to        kind-region-hurup/worker-2 (172.19.0.13:30080) tcp/http
      outside   asked by an agent on another node, in place of this machine
      expected  an answer from kind-region-hurup/echo
      saw       timeout, 14 attempts in 30.0 s; last: no SYN-ACK within 2000 ms
      control   kind-region-hurup/client -&gt; kind-region-hurup/worker-1 (172.19.0.12:30080) answered in 3 ms
      means     worker-2 does not forward node ports; the backend itself is fine
      try       kubectl --context kind-region-hurup -n kube-system get pods -o wide --field-selector spec.nodeName=worker-2
      id        services/nodeport/worker-2/forwards

    services/nodeport   COULD NOT LOOK
      from      kind-region-hurup/client (10.2.1.4)
      to        kind-region-hurup/worker-1 (172.19.0.12:30081) tcp/http
      reason    the exec stream to the agent ended (exit code 137) &amp; &lt;nobody&gt; knows why: \\x1b[31mkilled\\x1b[0m
      expected  no answer: refused or timeout
      id        services/nodeport/worker-1/forwards-nothing-else</failure>
          <system-out>failed  services/nodeport/worker-2/forwards  kind-region-hurup/client (10.2.1.4) -&gt; kind-region-hurup/worker-2 (172.19.0.13:30080) tcp/http: timeout, 14 attempts in 30.0 s; last: no SYN-ACK within 2000 ms
    broken  services/nodeport/worker-1/forwards-nothing-else  kind-region-hurup/client (10.2.1.4) -&gt; kind-region-hurup/worker-1 (172.19.0.12:30081) tcp/http: the exec stream to the agent ended (exit code 137) &amp; &lt;nobody&gt; knows why: \\x1b[31mkilled\\x1b[0m</system-out>
        </testcase>
      </testsuite>
      <testsuite name="dns/pod-names" tests="1" failures="0" errors="0" skipped="1" time="1.234" timestamp="2026-11-21T09:00:00">
        <properties>
          <property name="suite" value="dns"/>
          <property name="claim" value="a pod's name made of its address resolves to that address"/>
        </properties>
        <testcase classname="meshgate.dns.pod-names" name="kind-region-athens -&gt; kind-region-athens" time="1.234">
          <skipped message="the DNS does not answer for names of pods">the DNS does not answer for names of pods</skipped>
          <system-out>skipped  dns/pod-names/kind-region-athens  kind-region-athens/worker-1/client (10.0.1.4) -&gt; kind-region-hurup/worker-1/echo (10.2.1.9:8080) tcp/http: the DNS does not answer for names of pods</system-out>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

test.each(["completed", "interrupted", "configuration"] as const)(
  "a run that looked at nothing and %s is an error",
  async (end) => {
    const results = await startSample([]).finish(end);
    const xml = renderJunit(results);
    expect(xml).toContain('<testsuites name="meshgate" tests="1" failures="0" errors="1" ');
  },
);

test("what explains the findings is a property and the output of the first case, and stands above each failure", async () => {
  const xml = renderJunit(await runSample([], sampleDiagnosis));
  const [setUp = "", ...suites] = xml.split("<testsuite ").slice(1);
  expect(setUp).toContain('<property name="cause 2" value="packets are lost at the node ports of');
  expect(setUp).toMatch(
    /<system-out>1\. packets over 1,414 bytes[^]*2\. packets are lost[^]*asked on top[^]*<\/system-out>/,
  );
  const failures = suites.map((suite) => /<failure [^>]*>(.*)/.exec(suite)?.[1]?.slice(0, 30));
  expect(failures).toEqual(["1. packets over 1,414 bytes ar", "2. packets are lost at the nod", undefined]);
});

test("an interrupted run whose paths all passed is an error", async () => {
  const report = startSample([]);
  report.pathFinished(samplePath({ id: "a" }));
  expect(renderJunit(await report.finish("interrupted"))).toContain('failures="0" errors="1" ');
});

test("a run that passed has neither failures nor errors", async () => {
  const report = startSample([]);
  report.pathFinished(samplePath({ id: "a" }));
  const xml = renderJunit(await report.finish("completed"));
  expect(xml).toContain('<testsuites name="meshgate" tests="2" failures="0" errors="0" ');
});

test("text and output of a case are bounded, the failed paths come first, and what is left out is counted", async () => {
  const report = startSample([]);
  for (let n = 0; n < 5000; n++)
    report.pathFinished(
      samplePath({ id: `p/${n}`, ...(n < 4950 ? {} : { verdict: "failed", attempts: { total: 3, asExpected: 0 } }) }),
    );
  const xml = renderJunit(await report.finish("completed"));
  expect(xml.split("</failure>")[0]?.length).toBeLessThan(5000);
  expect(new Set(xml.match(/failed {2}p\/\d+ /g)).size).toBe(50);
  const output = xml.slice(xml.indexOf("<system-out>"), xml.indexOf("</system-out>"));
  expect(output.replaceAll("&gt;", ">").length).toBeLessThan(32_800);
  const shown = output.match(/passed {2}p\/\d+ /g)?.length ?? 0;
  expect(output).toContain(`and ${4950 - shown} more (${4950 - shown} passed): see results.json`);
});
