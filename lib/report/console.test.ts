import { expect, test } from "vitest";
import { painter } from "../base/colour.ts";
import { consoleReporter, layoutFor } from "./console.ts";
import { runSample, samplePath, startSample } from "./sample-run.ts";
import { sampleDiagnosis } from "./test-diagnosis.ts";

const reports = ["reports/sample/results.json", "reports/sample/junit.xml"];

test("a run is printed line by line, with its findings and the totals last", async () => {
  const { reporter, printed } = recorded(100);
  await runSample([reporter]);
  expect(printed()).toMatchInlineSnapshot(`
    "
    TROUBLE  kind-region-hurup  Pod/meshgate-sample/client-worker-2
      what      The pod is not scheduled: 0/3 nodes are available: 1 Insufficient memory.
      cure      Free memory on worker-2, or leave the node out. Look at:
                kubectl --context kind-region-hurup describe node worker-2

    pods/pod-to-pod     kind-region-athens -> kind-region-hurup    1 passed, 2 failed         1.2 s
    services/nodeport   kind-region-hurup -> kind-region-hurup     1 failed, 1 broken         1.2 s

    not tested   kind-region-hurup/worker-3: cordoned\\x07

    pods/pod-to-pod   BROKEN CLAIM
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
      id        pods/pod-to-pod/c/http

    services/nodeport   BROKEN CLAIM
      from      kind-region-hurup/client (10.2.1.4)
      to        kind-region-hurup/worker-2 (172.19.0.13:30080) tcp/http
      outside   asked by an agent on another node, in place of this machine
      expected  an answer from kind-region-hurup/echo
      saw       timeout, 14 attempts in 30.0 s; last: no SYN-ACK within 2000 ms
      control   kind-region-hurup/client -> kind-region-hurup/worker-1 (172.19.0.12:30080) answered in 3
                ms
      means     worker-2 does not forward node ports; the backend itself is fine
      try       kubectl --context kind-region-hurup -n kube-system get pods -o wide --field-selector spec.nodeName=worker-2
      id        services/nodeport/worker-2/forwards

    services/nodeport   COULD NOT LOOK
      from      kind-region-hurup/client (10.2.1.4)
      to        kind-region-hurup/worker-1 (172.19.0.12:30081) tcp/http
      reason    the exec stream to the agent ended (exit code 137) & <nobody> knows why:
                \\x1b[31mkilled\\x1b[0m
      expected  no answer: refused or timeout
      id        services/nodeport/worker-1/forwards-nothing-else

    SKIPPED  the DNS does not answer for names of pods
      dns/pod-names in kind-region-athens -> kind-region-hurup

    reports  reports/sample/results.json
             reports/sample/junit.xml
    result   findings, exit code 1: 3 paths broke their claims; 1 trouble kept us from looking; 1 path
             could not be looked at

    1 passed, 3 failed, 2 broken, 1 skipped in 400 ms
    "
  `);
});

test("on 80 columns lines break between things and no id or address is cut", async () => {
  const { reporter, printed } = recorded(80);
  await runSample([reporter]);
  expect(printed()).toMatchInlineSnapshot(`
    "
    TROUBLE  kind-region-hurup  Pod/meshgate-sample/client-worker-2
      what      The pod is not scheduled: 0/3 nodes are available: 1 Insufficient
                memory.
      cure      Free memory on worker-2, or leave the node out. Look at:
                kubectl --context kind-region-hurup describe node worker-2

    pods/pod-to-pod
      kind-region-athens -> kind-region-hurup    1 passed, 2 failed         1.2 s
    services/nodeport
      kind-region-hurup -> kind-region-hurup     1 failed, 1 broken         1.2 s

    not tested   kind-region-hurup/worker-3: cordoned\\x07

    pods/pod-to-pod   BROKEN CLAIM
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
      id        pods/pod-to-pod/c/http

    services/nodeport   BROKEN CLAIM
      from      kind-region-hurup/client (10.2.1.4)
      to        kind-region-hurup/worker-2 (172.19.0.13:30080) tcp/http
      outside   asked by an agent on another node, in place of this machine
      expected  an answer from kind-region-hurup/echo
      saw       timeout, 14 attempts in 30.0 s; last: no SYN-ACK within 2000 ms
      control   kind-region-hurup/client -> kind-region-hurup/worker-1
                (172.19.0.12:30080) answered in 3 ms
      means     worker-2 does not forward node ports; the backend itself is fine
      try       kubectl --context kind-region-hurup -n kube-system get pods -o wide --field-selector spec.nodeName=worker-2
      id        services/nodeport/worker-2/forwards

    services/nodeport   COULD NOT LOOK
      from      kind-region-hurup/client (10.2.1.4)
      to        kind-region-hurup/worker-1 (172.19.0.12:30081) tcp/http
      reason    the exec stream to the agent ended (exit code 137) & <nobody> knows
                why: \\x1b[31mkilled\\x1b[0m
      expected  no answer: refused or timeout
      id        services/nodeport/worker-1/forwards-nothing-else

    SKIPPED  the DNS does not answer for names of pods
      dns/pod-names in kind-region-athens -> kind-region-hurup

    reports  reports/sample/results.json
             reports/sample/junit.xml
    result   findings, exit code 1: 3 paths broke their claims; 1 trouble kept us
             from looking; 1 path could not be looked at

    1 passed, 3 failed, 2 broken, 1 skipped in 400 ms
    "
  `);
});

test("what explains the findings stands on top of the final part, before what was left out", async () => {
  const { reporter, printed } = recorded(100);
  await runSample([reporter], sampleDiagnosis);
  const end = printed().slice(printed().indexOf("1. packets"));
  const order = ["1. packets", "2. packets", "asked on top", "not tested", "BROKEN CLAIM", "SKIPPED", "result"];
  const places = order.map((text) => end.indexOf(text));
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(places).not.toContain(-1);
  expect(
    printed()
      .split("\n")
      .findIndex((line) => line.startsWith("1. packets")),
  ).toBeGreaterThan(
    printed()
      .split("\n")
      .findIndex((line) => line.startsWith("services/nodeport")),
  );
});

test("400 equal failures are three findings and a number", async () => {
  const { reporter, printed } = recorded(100);
  const report = startSample([reporter]);
  for (let n = 0; n < 400; n++)
    report.pathFinished(
      samplePath({ id: `p/${n}`, verdict: "failed", outcome: "timeout", attempts: { total: 3, asExpected: 0 } }),
    );
  await report.finish("completed");
  expect(printed().match(/BROKEN CLAIM/g)).toHaveLength(3);
  expect(printed()).toContain("\n  and 397 more like these: see results.json\n");
  expect(printed()).toMatch(/\n0 passed, 400 failed, 0 broken, 0 skipped in \d+ ms\n$/);
});

test("an empty run says that nothing was looked at", async () => {
  const { reporter, printed } = recorded(100);
  await startSample([reporter]).finish("completed");
  expect(printed()).toContain("result   broken, exit code 3: no path was looked at\n");
});

test("colour repeats what words say", async () => {
  const plain = recorded(100);
  const coloured = recorded(100, true);
  await runSample([plain.reporter, coloured.reporter]);
  // Colours are control sequences: that is what is looked for.
  // oxlint-disable-next-line no-control-regex
  const withoutColour = coloured.printed().replaceAll(/\u001b\[\d+m/g, "");
  expect(coloured.printed()).not.toBe(plain.printed());
  expect(withoutColour).toBe(plain.printed());
});

test("the layout follows the terminal", () => {
  const options = { colour: true, environment: {} };
  expect(layoutFor({ isTTY: true, columns: 72 }, options).width).toBe(72);
  expect(layoutFor({}, options).width).toBe(100);
  expect(layoutFor({ isTTY: true }, options).paint("red", "x")).toBe("\u001b[31mx\u001b[39m");
  expect(layoutFor({ isTTY: true }, { ...options, colour: false }).paint("red", "x")).toBe("x");
});

function recorded(width: number, colour = false) {
  let text = "";
  const write = (part: string) => void (text += part);
  return { reporter: consoleReporter({ width, paint: painter(colour), write, reports }), printed: () => text };
}
