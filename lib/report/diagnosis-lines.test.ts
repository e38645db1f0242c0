import { expect, test } from "vitest";
import { painter } from "../base/colour.ts";
import { diagnosisLines } from "./diagnosis-lines.ts";
import { sampleDiagnosis } from "./test-diagnosis.ts";

const layout = (width: number) => ({ width, paint: painter(false) });
const none = { causes: [], unexplained: ["a"], bisected: [], confirmations: [], durationMs: 1 };

test("causes are numbered, and each has its evidence", () => {
  expect(diagnosisLines(sampleDiagnosis, layout(100)).join("\n")).toMatchInlineSnapshot(`
    "1. packets over 1,414 bytes are lost from kind-region-athens to kind-region-hurup (2 paths; small
       ones pass) — MTU of the tunnel or a filtered ICMP "fragmentation needed"
       confidence        high
       evidence          pods/pod-to-pod: 2 failed
                         the largest packet that goes both ways from kind-region-athens/worker-1/client
                         has 1,414 bytes, and one of 1,415 bytes does not
       try               kubectl --context kind-region-athens debug node/worker-1 -it --image=busybox -- ip link show type vxlan

    2. packets are lost at the node ports of kind-region-hurup/worker-2 (1 path)
       confidence        medium
       evidence          services/nodeport: 1 failed
       cannot tell from  packets are lost on their way to Services from the pods of
                         kind-region-hurup/worker-2 \\x1b[2J
       try               kubectl --context kind-region-hurup -n kube-system get pods -o wide

    asked on top  kind-region-athens/worker-1/client -> kind-region-hurup/worker-1/echo, path MTU: 1,414
                  bytes go both ways
                  kind-region-hurup/worker-1/client -> the address of worker-2: refused in 1 ms"
  `);
});

test.for([60, 80, 100, 160])("no line but commands and single words is longer than %i columns", (width) => {
  const lines = diagnosisLines(sampleDiagnosis, layout(width)).filter((line) => !line.trim().startsWith("try "));
  for (const line of lines.filter((each) => each.length > width)) expect(line.trim().split(/\s+/)).toHaveLength(1);
});

test("what no cause explains is counted, next to causes only", () => {
  const text = (unexplained: string[]) => diagnosisLines({ ...sampleDiagnosis, unexplained }, layout(100)).join("\n");
  expect(text(["a"])).toContain("\n1 of the paths that broke their claims is explained by no cause\n");
  expect(text(["a", "b"])).toContain("\n2 of the paths that broke their claims are explained by no cause\n");
  expect(text([])).not.toContain("by no cause");
  expect(diagnosisLines(none, layout(100))).toEqual([]);
});

test("what was asked on top is told where it led to nothing, too", () => {
  const confirmations = [{ asked: "a -> b, one datagram", saw: "answered" }];
  expect(diagnosisLines({ ...none, confirmations }, layout(100))).toEqual([
    "asked on top  a -> b, one datagram: answered",
  ]);
});
