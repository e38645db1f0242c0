import type { RunHead } from "./collect.ts";
import type { Coverage } from "./coverage.ts";
import type { ClusterFacts, Diagnosis, PathResult, Trouble } from "./path-result.ts";
import { type Report, startReport } from "./report.ts";
import type { Reporter } from "./reporter.ts";

const athens = "kind-region-athens";
const hurup = "kind-region-hurup";

export const sampleHead: RunHead = {
  run: { id: "sample", command: ["--context", athens, "--context", hurup], lab: true, namespace: "meshgate-sample" },
  versions: { meshgate: "0.1.0", node: "v24.21.0", agentImage: "node:24-slim" },
  scenarios: [],
};

const sampleClusters: ClusterFacts[] = [athens, hurup].map((context) => ({
  context,
  uid: `uid-${context}`,
  server: "https://172.19.0.2:6443",
  version: "v1.36.2",
  nodes: [
    { name: "worker-1", address: "172.19.0.12", chosen: true },
    ...(context === hurup ? [{ name: "worker-3", chosen: false, reason: "cordoned\u0007" }] : []),
  ],
  features: { dns: null, "pod-names": "the DNS does not answer for names of pods" },
}));

export const sampleTrouble: Trouble = {
  cluster: hurup,
  object: "Pod/meshgate-sample/client-worker-2",
  message: "The pod is not scheduled: 0/3 nodes are available: 1 Insufficient memory.",
  cure: `Free memory on worker-2, or leave the node out. Look at:\nkubectl --context ${hurup} describe node worker-2`,
};

/** Makes a path that passed, with other fields where they are given. */
export function samplePath(fields: Partial<PathResult> & { id: string }): PathResult {
  return {
    scenario: "pods/pod-to-pod",
    suite: "pods",
    claim: "every pod reaches every other pod by its address",
    group: `${athens} -> ${hurup}`,
    title: fields.id,
    from: { cluster: athens, node: "worker-1", name: "client", address: "10.0.1.4" },
    to: { cluster: hurup, node: "worker-1", name: "echo", address: "10.2.1.9:8080" },
    protocol: "tcp/http",
    verdict: "passed",
    flap: false,
    outcome: "answered",
    expected: `an answer from ${hurup}/worker-1/echo`,
    saw: `an answer from ${hurup}/worker-1/echo`,
    attempts: { total: 8, asExpected: 8 },
    timings: { convergedMs: 12, totalMs: 40, latencyP50Ms: 2 },
    ...fields,
  };
}

/** One path of every kind: passed, failed with a control, flapped, refused at once, broken and skipped. */
export const samplePaths: PathResult[] = [
  samplePath({ id: "pods/pod-to-pod/a/http" }),
  samplePath({
    id: "pods/pod-to-pod/b/http",
    verdict: "failed",
    outcome: "refused",
    saw: "refused (ECONNREFUSED); 1 of 1 attempts in 0.0 s",
    attempts: { total: 1, asExpected: 0 },
    timings: { totalMs: 0.3 },
  }),
  samplePath({
    id: "pods/pod-to-pod/c/http",
    verdict: "failed",
    flap: true,
    outcome: "timeout",
    saw: "timeout; 1 of 8 attempts in 5.2 s",
    attempts: { total: 8, asExpected: 7 },
    timings: { convergedMs: 11, totalMs: 5200 },
  }),
  samplePath({
    id: "services/nodeport/worker-2/forwards",
    scenario: "services/nodeport",
    suite: "services",
    claim: "every node forwards an allocated node port to a ready backend",
    group: `${hurup} -> ${hurup}`,
    from: { cluster: hurup, name: "client", address: "10.2.1.4" },
    to: { cluster: hurup, name: "worker-2", address: "172.19.0.13:30080" },
    vantage: "other-node",
    verdict: "failed",
    outcome: "timeout",
    expected: `an answer from ${hurup}/echo`,
    saw: "timeout, 14 attempts in 30.0 s; last: no SYN-ACK within 2000 ms",
    control: `${hurup}/client -> ${hurup}/worker-1 (172.19.0.12:30080) answered in 3 ms`,
    means: "worker-2 does not forward node ports; the backend itself is fine",
    try: `kubectl --context ${hurup} -n kube-system get pods -o wide --field-selector spec.nodeName=worker-2`,
    attempts: { total: 14, asExpected: 0 },
    timings: { totalMs: 30_000 },
  }),
  samplePath({
    id: "services/nodeport/worker-1/forwards-nothing-else",
    scenario: "services/nodeport",
    suite: "services",
    claim: "every node forwards an allocated node port to a ready backend",
    group: `${hurup} -> ${hurup}`,
    from: { cluster: hurup, name: "client", address: "10.2.1.4" },
    to: { cluster: hurup, name: "worker-1", address: "172.19.0.12:30081" },
    verdict: "broken",
    outcome: "not-run",
    expected: "no answer: refused or timeout",
    saw: "nothing that can be relied on",
    reason: "the exec stream to the agent ended (exit code 137) & <nobody> knows why: \u001b[31mkilled\u001b[0m",
    attempts: { total: 0, asExpected: 0 },
    timings: { totalMs: 0 },
  }),
  samplePath({
    id: "dns/pod-names/kind-region-athens",
    scenario: "dns/pod-names",
    suite: "dns",
    claim: "a pod's name made of its address resolves to that address",
    group: `${athens} -> ${athens}`,
    verdict: "skipped",
    outcome: "not-run",
    saw: "nothing: it was not asked",
    reason: "the DNS does not answer for names of pods",
    attempts: { total: 0, asExpected: 0 },
    timings: { totalMs: 0 },
  }),
];

/** Starts a report with the sample's head and clusters and a clock that goes on by 100 ms each time it is read. */
export function startSample(reporters: Reporter[], redact = (text: string) => text, coverage?: Coverage): Report {
  let nowMs = Date.UTC(2026, 10, 21, 9);
  const report = startReport({
    head: sampleHead,
    reporters,
    redact,
    ...(coverage ? { coverage } : {}),
    now: () => (nowMs += 100),
  });
  report.clustersKnown(sampleClusters);
  return report;
}

/** Reports all sample paths, their groups, a trouble and a diagnosis where one is given, and ends the run. */
export async function runSample(reporters: Reporter[], diagnosis?: Diagnosis) {
  const report = startSample(reporters);
  report.pathsPlanned(samplePaths);
  report.troubleFound(sampleTrouble);
  for (const path of samplePaths) report.pathFinished(path);
  const groups = Map.groupBy(samplePaths, ({ scenario, group }) => JSON.stringify({ scenario, group }));
  for (const [{ scenario, group } = samplePaths[0]!] of groups.values())
    report.groupFinished({ scenario, group, durationMs: 1234 });
  if (diagnosis) report.diagnosed(diagnosis);
  return report.finish("completed");
}
