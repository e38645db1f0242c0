import { Command } from "commander";
import { Diagnostic, exitCodes } from "../base/diagnostic.ts";
import { alignColumns } from "../base/table.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { RateReport } from "../probe/agent/rate.ts";
import { agentPorts, type HttpProbe } from "../probe/probe.ts";
import { http } from "../scenario/probes.ts";
import { diagnosisTimes } from "./bench-diagnosis.ts";
import { type BenchPair, withBenchPair } from "./bench-pair.ts";
import { defaults } from "./config/defaults.ts";
import { requireNames } from "./config/require-names.ts";
import { configuredOptions } from "./configured-options.ts";
import { runAgainInside, runOnEmbeddedLab } from "./embedded-lab.ts";
import { labToEnter } from "./inside-lab.ts";
import { append } from "./option-values.ts";
import { parse } from "./parse-command.ts";
import { kubeconfigFor } from "./run.ts";

interface BenchOptions {
  context?: string[];
  kubeconfig?: string;
  config?: string;
  image?: string;
}

/** Bounds of the load: one pod asks one other, so often and with so many in flight. */
const load = { rounds: 3, concurrency: 32, residentProbes: 6_000, execProbes: 96 };

interface Measured {
  perSecond: number;
  p50Ms: number;
  p95Ms: number;
}

/**
 * Compares, on one cluster and in one run: probes through the resident agent, one exec per probe, and the agent alone with nobody
 * reading along. Then measures what a diagnosis costs. Prints the medians of some rounds. Returns the exit code. Throws Diagnostic.
 */
export async function bench(args: string[], write: (text: string) => void): Promise<number> {
  const parsed = parse(benchCommand(), args, (raw) => raw as unknown as BenchOptions);
  if ("printed" in parsed) {
    write(parsed.printed);
    return exitCodes.passed;
  }
  const { config, context: contexts, ...same } = parsed.options;
  const given = { ...same, ...(contexts ? { contexts } : {}) };
  const { file, options } = configuredOptions({ given, ...(config === undefined ? {} : { config }) });
  if (options.contexts.length === 0) return runOnEmbeddedLab(["bench", ...args], write, 1);
  const kubeconfig = kubeconfigFor(options);
  requireNames(file, { given: contexts ? options.contexts : [], kubeconfig: kubeconfig.contexts });
  const handle = labToEnter(kubeconfig, options.contexts);
  if (handle) return runAgainInside(handle, ["bench", ...args]);
  return withBenchPair(options, async (pair) => {
    const rounds: { resident: Measured; exec: Measured; raw: number }[] = [];
    for (let round = 0; round < load.rounds; round++)
      rounds.push({ exec: await execWay(pair), resident: await residentWay(pair), raw: await rawRate(pair) });
    write(benchText(rounds));
    write(diagnosisTimes());
  });
}

async function residentWay({ agent, echoAddress }: BenchPair): Promise<Measured> {
  const probes = Array.from({ length: load.residentProbes }, () => http(echoAddress));
  const startedMs = performance.now();
  const observations = await agent.ask(probes, { concurrency: load.concurrency });
  const seconds = (performance.now() - startedMs) / 1000;
  requireAnswers(observations.filter(({ outcome }) => outcome !== "answered").length, "the resident agent");
  return measured(
    probes.length / seconds,
    observations.map(({ durationMs }) => durationMs),
  );
}

/** The way of tools that exec per probe: each one starts a process in the pod, whose output is read to its end. */
async function execWay({ cluster, namespace, pod, echoAddress }: BenchPair): Promise<Measured> {
  const durations: number[] = [];
  let next = 0;
  let failed = 0;
  const worker = async () => {
    while (next++ < load.execProbes) {
      const startedMs = performance.now();
      const url = `http://${echoAddress}:${agentPorts.http}/`;
      const { exitCode, output } = await execOnce(cluster, namespace, pod, ["wget", "-q", "-T", "5", "-O", "-", url]);
      durations.push(performance.now() - startedMs);
      if (exitCode !== 0 || !output.includes('"pod"')) failed += 1;
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: load.concurrency }, worker));
  const seconds = (performance.now() - startedMs) / 1000;
  requireAnswers(failed, "one exec per probe");
  return measured(durations.length / seconds, durations);
}

async function rawRate({ cluster, namespace, pod, echoAddress }: BenchPair): Promise<number> {
  const { port }: HttpProbe = http(echoAddress);
  const command = ["node", "/agent/agent.cjs", "rate", echoAddress, port, load.residentProbes, load.concurrency].map(
    String,
  );
  const { output } = await execOnce(cluster, namespace, pod, command);
  const { count, failed, durationMs } = JSON.parse(output) as RateReport;
  requireAnswers(failed, "the agent alone");
  return count / (durationMs / 1000);
}

async function execOnce(cluster: Cluster, namespace: string, pod: string, command: string[]) {
  const session = await cluster.exec({ namespace, pod, container: "agent", command });
  let output = "";
  session.onOutput((chunk) => (output += chunk));
  const { exitCode } = await session.closed;
  return { exitCode, output };
}

function requireAnswers(failed: number, way: string): void {
  if (failed > 0)
    throw new Diagnostic(
      "broken",
      `${failed} probes by ${way} were not answered, so there is nothing to compare.`,
      "Look at the cluster first: npm test -- --suite pod-to-pod",
    );
}

function measured(perSecond: number, durationsMs: number[]): Measured {
  const sorted = durationsMs.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { perSecond, p50Ms: at(0.5), p95Ms: at(0.95) };
}

function benchText(rounds: { resident: Measured; exec: Measured; raw: number }[]): string {
  const median = (values: number[]) =>
    values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
  const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick));
  const resident = of((round) => round.resident.perSecond);
  const exec = of((round) => round.exec.perSecond);
  const raw = of((round) => round.raw);
  const row = (name: string, perSecond: number, p50Ms?: number, p95Ms?: number) => [
    name,
    perSecond.toFixed(0),
    p50Ms?.toFixed(1) ?? "",
    p95Ms?.toFixed(1) ?? "",
  ];
  const table = alignColumns(
    [
      ["", "probes/s", "p50 ms", "p95 ms"],
      row(
        "resident agent",
        resident,
        of((r) => r.resident.p50Ms),
        of((r) => r.resident.p95Ms),
      ),
      row(
        "one exec per probe",
        exec,
        of((r) => r.exec.p50Ms),
        of((r) => r.exec.p95Ms),
      ),
      row("agent alone", raw),
    ],
    { right: [1, 2, 3] },
  );
  return [
    ...table,
    "",
    `${(resident / exec).toFixed(0)} times the rate of one exec per probe, ${(resident / raw).toFixed(2)} of the agent's own rate`,
    `medians of ${rounds.length} rounds, ${load.concurrency} in flight`,
    "",
  ].join("\n");
}

function benchCommand(): Command {
  return new Command("npm run bench --")
    .description("Compares the resident agent with one exec per probe, on one cluster; times a diagnosis.")
    .usage("[options]")
    .option(
      "--context <name>",
      "kubeconfig context (default: that of the configuration file, else the embedded lab)",
      append,
    )
    .option("--kubeconfig <path>", "kubeconfig file (default: KUBECONFIG, then ~/.kube/config)")
    .option("--config <path>", "configuration file (default: meshgate.config.yaml, which may be absent)")
    .option("--image <ref>", `Node.js image that the agents run on (default: ${defaults.image})`)
    .helpOption("--help");
}
