import type { PathResult, Results } from "../path-result.ts";
import { samplePath } from "../sample-run.ts";

/** What a made-up run is like. */
export interface MadeUp {
  clusters: number;
  nodes: number;
  /** Paths in all. */
  paths: number;
  /** What comes of each; default: it passes. */
  come?(path: PathResult, index: number): Partial<PathResult>;
}

const families = ["IPv4", "IPv6"] as const;
const variants = ["tcp-small", "tcp-8k", "udp-small", "udp-8k", "http-small", "http-8k"];

/** Makes the results of a run with so many paths, from and to pods of all nodes, with eight latencies each. */
export function madeUpResults({ clusters, nodes, paths: count, come = () => ({}) }: MadeUp): Results {
  const names = Array.from({ length: clusters }, (_, index) => `kind-region-${index + 1}`);
  const workers = Array.from({ length: nodes }, (_, index) => `region-worker-${index + 1}`);
  const ends = names.flatMap((cluster) => workers.map((node) => ({ cluster, node })));
  const pairs = ends.flatMap((from) => ends.map((to) => ({ from, to })));
  const paths = Array.from({ length: count }, (_, index) => {
    const { from, to } = pairs[index % pairs.length] ?? { from: ends[0]!, to: ends[0]! };
    const round = Math.floor(index / pairs.length);
    const variant = variants[round % variants.length] ?? "";
    const scenario = `pod-to-pod/claim-${Math.floor(round / variants.length) % 30}`;
    const path = samplePath({
      id: [scenario, from.cluster, from.node, "client", to.cluster, to.node, "echo", `${variant}-${round}`].join("/"),
      scenario,
      suite: "pod-to-pod",
      group: `${from.cluster} -> ${to.cluster}`,
      from: { ...from, name: "client", address: "10.0.1.4" },
      to: { ...to, name: "echo", address: "10.2.1.9:8080" },
      protocol: variant.startsWith("udp") ? "udp" : "tcp",
      expected: `an answer from ${to.cluster}/${to.node}/echo`,
      saw: `an answer from ${to.cluster}/${to.node}/echo; 8 of 8 attempts in ${(index % 97) / 10} s`,
      way: {
        rung: "pod",
        family: families[round % 2] ?? "IPv4",
        denial: false,
        fromNode: from.node,
        toNode: to.node,
        backends: [],
        eachBackend: false,
      },
      timings: {
        convergedMs: 12,
        totalMs: 40 + (index % 1000),
        latencyP50Ms: 2,
        latenciesMs: Array.from({ length: 8 }, (_value, attempt) => ((index * 7919 + attempt * 104_729) % 4000) / 100),
      },
    });
    return { ...path, ...come(path, index) };
  });
  return madeUpRun(names, workers, paths);
}

/** What a path that failed has besides, with texts that are all different. */
export function failedWith(index: number): Partial<PathResult> {
  return {
    verdict: "failed",
    outcome: "timeout",
    saw: `timeout (no first byte of the answer within 5000 ms); ${index % 7} of 7 attempts in ${index / 100} s`,
    control: `kind-region-1/region-worker-1/client -> kind-region-2/region-worker-${index}/echo answered in ${index} ms`,
    try: "kubectl --context kind-region-1 -n kube-system get pods -o wide --field-selector spec.nodeName=region-worker-1",
    attempts: { total: 7, asExpected: 0 },
    timings: { totalMs: 33_000 + index },
  };
}

function madeUpRun(names: string[], workers: string[], paths: PathResult[]): Results {
  const count = (verdict: PathResult["verdict"]) => paths.filter((path) => path.verdict === verdict).length;
  const summary = {
    passed: count("passed"),
    failed: paths.filter(({ verdict, known }) => verdict === "failed" && !known).length,
    broken: count("broken"),
    skipped: count("skipped"),
  };
  const verdict = summary.failed > 0 ? "findings" : summary.broken > 0 ? "broken" : "passed";
  const groups = [...Map.groupBy(paths, ({ scenario, group }) => JSON.stringify([scenario, group])).values()];
  return {
    version: 1,
    verdict,
    run: {
      id: "20261121-071224-4c25",
      startedAt: "2026-11-21T07:12:24.000Z",
      finishedAt: "2026-11-21T07:13:19.300Z",
      durationMs: 55_300,
      command: names.flatMap((name) => ["--context", name]),
      lab: false,
      namespace: "meshgate-20261121-071224-4c25",
      exitCode: { passed: 0, findings: 1, broken: 3 }[verdict],
    },
    versions: { meshgate: "0.1.0", node: "v24.21.0", agentImage: "node:24-slim" },
    clusters: names.map((context) => ({
      context,
      uid: `uid-${context}`,
      server: "https://172.19.0.2:6443",
      version: "v1.36.2",
      nodes: [
        {
          name: "region-control-plane",
          chosen: false,
          reason: "taint node-role.kubernetes.io/control-plane:NoSchedule is not tolerated",
        },
        ...workers.map((name) => ({ name, chosen: true })),
      ],
      features: { dns: null, mesh: "no mesh joins it to another cluster of the run" },
    })),
    scenarios: [...new Set(paths.map(({ scenario }) => scenario))].map((name) => ({
      name,
      suite: "pod-to-pod",
      claim: "every pod reaches every other pod by its address",
      spec: "https://kubernetes.io/docs/concepts/services-networking/",
      covers: ["N1"],
    })),
    spans: [
      { name: "look at the clusters", startMs: 0, durationMs: 1200 },
      { name: "deploy", startMs: 1200, durationMs: 9000 },
      { name: "ask", startMs: 10_200, durationMs: 43_000 },
      { name: "diagnose", startMs: 53_200, durationMs: 100 },
      { name: "remove", startMs: 53_300, durationMs: 2000 },
    ],
    groups: groups.map(([path], index) => ({
      scenario: path?.scenario ?? "",
      group: path?.group ?? "",
      startMs: 10_200 + ((index * 997) % 40_000),
      durationMs: 200 + ((index * 31) % 2000),
    })),
    summary,
    troubles: [],
    paths,
  };
}
