import { probeArrivals } from "./arrivals.ts";
import type { ProbeOptions } from "./attempt.ts";
import { probeDns } from "./dns.ts";
import { probeEnvironment } from "./environment.ts";
import { probeHttp } from "./http.ts";
import { notRun } from "./not-run.ts";
import { probePathMtu } from "./path-mtu.ts";
import type { Observation, Probe } from "./probe.ts";
import { probeTcp } from "./tcp.ts";
import { probeUdp } from "./udp.ts";

/** Asks one probe from this process, in the agent or in the runner. Never rejects. */
export async function askProbe(probe: Probe, options: ProbeOptions = {}): Promise<Observation> {
  switch (probe.kind) {
    case "http":
      return probeHttp(probe, options);
    case "tcp":
      return probeTcp(probe, options);
    case "udp":
      return probeUdp(probe, options);
    case "dns":
      return probeDns(probe, options);
    case "environment":
      return probeEnvironment(probe, options);
    case "path-mtu":
      return probePathMtu(probe, options);
    case "arrivals":
      return probeArrivals(probe, options);
    default:
      return notRun("a kind of probe that this agent does not know");
  }
}
