import type { Outcome } from "../../probe/outcome.ts";
import { latencies } from "../latencies.ts";
import type { PathResult, Vantage, Way } from "../path-result.ts";
import { type Sight, sightOf } from "./sight.ts";

/** One end of a path, without its address. `cluster` is empty for what is outside of all clusters. */
export interface PathEnd {
  cluster: string;
  node?: string;
  name: string;
}

/** A path as the matrix and the lists of paths need it. */
export interface PagePath {
  id: string;
  scenario: string;
  group: string;
  from: PathEnd;
  to: PathEnd;
  protocol: string;
  family?: Way["family"];
  vantage?: Vantage;
  /** True where silence is promised: neither its latency nor what is lost says anything of the network. */
  denial: boolean;
  sight: Sight;
  outcome: Outcome;
  attempts: number;
  asExpected: number;
  /** Of attempts that were as expected after convergence. */
  latenciesMs: number[];
  expected: string;
  /** Of paths that did not pass. */
  saw?: string;
  /** Why it is broken or skipped, or known. */
  reason?: string;
}

/** Takes out of a path what the page works with. */
export function pagePath(path: PathResult): PagePath {
  const { id, scenario, group, protocol, way, vantage, outcome, attempts, timings, expected, verdict, known } = path;
  const reason = path.reason ?? known?.reason;
  return {
    id,
    scenario,
    group,
    from: pathEnd(path.from),
    to: pathEnd(path.to),
    protocol,
    ...(way?.family === undefined ? {} : { family: way.family }),
    ...(vantage === undefined ? {} : { vantage }),
    denial: way?.denial ?? false,
    sight: sightOf(path),
    outcome,
    attempts: attempts.total,
    asExpected: attempts.asExpected,
    latenciesMs: latencies(timings),
    expected,
    ...(verdict === "passed" || verdict === "skipped" ? {} : { saw: path.saw }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function pathEnd({ cluster, node, name }: PathResult["from"]): PathEnd {
  return { cluster, ...(node === undefined ? {} : { node }), name };
}
