import type { PagePath } from "./page-path.ts";

export const metrics = ["verdict", "p50", "p95", "p99", "loss"] as const;

export type Metric = (typeof metrics)[number];

/** What the matrix shows. An empty scenario, protocol or family stands for all. */
export interface View {
  scenario: string;
  protocol: string;
  family: string;
  metric: Metric;
}

export const wholeView: View = { scenario: "", protocol: "", family: "", metric: "verdict" };

export const metricWords: Record<Metric, string> = {
  verdict: "verdicts",
  p50: "latency, median",
  p95: "latency, 95th percentile",
  p99: "latency, 99th percentile",
  loss: "attempts that did not go as promised",
};

/** Keeps the paths that a view is about. */
export function pathsInView(paths: readonly PagePath[], { scenario, protocol, family }: View): PagePath[] {
  return paths.filter(
    (path) =>
      (scenario === "" || path.scenario === scenario) &&
      (protocol === "" || path.protocol === protocol) &&
      (family === "" || path.family === family),
  );
}

/** Says in words what a view shows. */
export function describeView({ scenario, protocol, family, metric }: View): string {
  return [
    metricWords[metric],
    scenario === "" ? "all scenarios" : scenario,
    protocol === "" ? "all protocols" : protocol,
    family === "" ? "both families" : family,
  ].join(", ");
}
